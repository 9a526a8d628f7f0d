// Every id is there once; every link within the page brings its target into view, below what sticks to the top.
const done = arguments[arguments.length - 1], complaints = [], seen = new Set();
for (const element of document.querySelectorAll('[id]')) {
  if (seen.has(element.id)) complaints.push(`twice: #${element.id}`);
  seen.add(element.id);
}
for (const element of document.querySelectorAll('[aria-labelledby], [aria-describedby]'))
  for (const id of `${element.getAttribute('aria-labelledby') || ''} ${element.getAttribute('aria-describedby') || ''}`.split(' '))
    if (id && !seen.has(id)) complaints.push(`named by nothing: #${id}`);
const next = () => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
const bar = document.querySelector('.contents');
function lands(target) {
  if (!target.checkVisibility()) return 'is folded away';
  const box = target.getBoundingClientRect(), sticks = bar.getBoundingClientRect();
  const top = sticks.left <= box.left && box.left < sticks.right ? sticks.bottom : 0;
  const end = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
  if (box.top < top - 1 || (box.top > innerHeight / 2 && !end)) return `lands at ${box.top}, where ${top} sticks`;
}
async function follow(link) {
  const href = link.getAttribute('href');
  const target = href.startsWith('#') && document.getElementById(decodeURIComponent(href.slice(1)));
  if (!target) return `leads nowhere: ${href}`;
  location.hash = href;
  let complaint;
  for (let frames = 0; frames < 60 && (complaint = lands(target)); frames += 1) await next();
  return complaint && `${href} ${complaint}`;
}
(async () => {
  const links = new Map([...document.querySelectorAll('a')].map(link => [link.getAttribute('href'), link]));
  for (const link of links.values()) {
    const complaint = await follow(link);
    if (complaint) complaints.push(complaint);
  }
  done(complaints);
})();
