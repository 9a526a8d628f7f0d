/* The report as Markdown (GitHub's dialect, which GitLab, Gitea and Mattermost read too), for tickets and chat.
 *
 * Short: what matters, within GALEN_MARKDOWN_MAX bytes, so that it fits a comment. Texts of logs are escaped for Markdown and
 * HTML and make no links, mentions or references; lines of logs stand in code fences longer than any run of backticks in
 * them. */
#pragma once

#include "writers.h"

/* GitHub takes 65,536 characters a comment; bytes are never fewer. */
#define GALEN_MARKDOWN_MAX 65536u

/* Row of writers.c. */
GBytes *galen_markdown_write(const GalenReport *report, const GalenWriteOptions *options, GError **error);
