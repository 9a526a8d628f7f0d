/* libxml2, for templates. */
#pragma once

#include "../../parsers/late.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

/* clang-format off */
#define GALEN_LATE_XML(F) \
  F(xmlCtxtReadMemory) \
  F(xmlDocGetRootElement) \
  F(xmlFreeDoc) \
  F(xmlFreeParserCtxt) \
  F(xmlGetLineNo) \
  F(xmlHasProp) \
  F(xmlNewParserCtxt)
/* clang-format on */

typedef struct {
  GALEN_LATE_XML(GALEN_LATE_POINTER)
} GalenLateXml;

extern GalenLateXml galen_late_xml;

/* FALSE with error: it cannot be loaded. Before this, none of the functions may be called. */
gboolean galen_late_xml_load(GError **error);

#define xmlCtxtReadMemory galen_late_xml.xmlCtxtReadMemory
#define xmlDocGetRootElement galen_late_xml.xmlDocGetRootElement
#define xmlFreeDoc galen_late_xml.xmlFreeDoc
#define xmlFreeParserCtxt galen_late_xml.xmlFreeParserCtxt
#define xmlGetLineNo galen_late_xml.xmlGetLineNo
#define xmlHasProp galen_late_xml.xmlHasProp
#define xmlNewParserCtxt galen_late_xml.xmlNewParserCtxt
