// On paper nothing is folded away: all that is in a details is there.
const done = arguments[arguments.length - 1], complaints = [];
const shown = element => element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true, opacityProperty: true })
  && element.getClientRects().length > 0;
for (const details of document.querySelectorAll('details'))
  for (const child of details.children)
    if (child.tagName !== 'SUMMARY' && !shown(child)) complaints.push(`folded: ${details.textContent.trim().slice(0, 60)}`);
for (const section of document.querySelectorAll('main > section'))
  if (!shown(section)) complaints.push(`no section: ${section.id}`);
// Paper does not scroll.
for (const element of document.querySelectorAll('.scroll, pre')) {
  if (element.scrollWidth > element.clientWidth + 2)
    complaints.push(`cut: ${element.scrollWidth} px on ${element.clientWidth}: ${element.textContent.trim().slice(0, 60)}`);
  if (element.scrollHeight > element.clientHeight + 2 && getComputedStyle(element).overflowY !== 'visible')
    complaints.push(`cut below: ${element.textContent.trim().slice(0, 60)}`);
}
done(complaints);
