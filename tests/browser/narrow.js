// Nothing is wider than the window, but for what scrolls in a box of its own; with everything unfolded, too.
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
done(complaints);
