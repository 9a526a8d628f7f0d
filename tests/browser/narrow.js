// Nothing is wider than the window, but for what scrolls in a box of its own; with everything unfolded, too; and no
// date is broken. In figures, which are narrow, its time of day may stand on a line of its own.
const [opened, done] = arguments, complaints = [];
if (opened) document.querySelectorAll('details').forEach(details => { details.open = true; });
const width = document.scrollingElement.scrollWidth;
if (width > innerWidth) {
  complaints.push(`the page is ${width} px wide`);
  const scrolls = element => element && (element.matches('.scroll, .contents, pre, [class~="ranking"]') || scrolls(element.parentElement));
  for (const element of document.querySelectorAll('body *'))
    if (element.getBoundingClientRect().right > innerWidth + 1 && !scrolls(element))
      complaints.push(`${element.tagName} .${element.getAttribute('class')} ${element.textContent.trim().slice(0, 60)}`);
}
const lines = (node, at, length) => {
  const range = document.createRange();
  range.setStart(node, at);
  range.setEnd(node, at + length);
  return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size;
};
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = texts.nextNode(); node; node = texts.nextNode()) {
  const around = node.parentElement;
  if (around.closest('pre, code, svg, .scroll'))
    continue;
  const form = around.closest('.figures') ? /\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d/g : /\d{4}-\d\d-\d\d( +\d?\d:\d\d(:\d\d)?)?/g;
  for (const date of node.data.matchAll(form))
    if (lines(node, date.index, date[0].length) > 1)
      complaints.push(`broken: ${around.textContent.trim().slice(0, 60)}`);
}
for (const value of document.querySelectorAll('.figures dd'))
  if (value.scrollWidth > value.clientWidth + 1)
    complaints.push(`too wide: ${value.textContent.trim().slice(0, 60)}`);
done(complaints);
