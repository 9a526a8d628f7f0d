// axe-core on the page with everything unfolded: violations that are serious or critical. Rules: all when none is named.
// Of what is repeated the first few are looked at.
const [rules, done] = arguments;
document.querySelectorAll('details').forEach(details => { details.open = true; });
axe.run({ exclude: ['tbody tr:nth-child(n+4)', '.list > li:nth-child(n+5)', '.card:nth-child(n+4)', '.inputs > li:nth-child(n+4)'] }, { resultTypes: ['violations'], ...(rules.length ? { runOnly: rules } : {}) }).then(results => done(results.violations
  .filter(violation => ['serious', 'critical'].includes(violation.impact))
  .map(violation => `${violation.id} (${violation.nodes.length}): ${violation.nodes[0].html.slice(0, 160)} ${violation.nodes[0].failureSummary}`)),
  error => done([`axe: ${error}`]));
