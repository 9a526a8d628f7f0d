// Counts what the keyboard has to reach, in order, and writes down what it does reach and whether one sees where one is.
const wanted = [...document.querySelectorAll('a[href], summary, [tabindex="0"]')].filter(element => element.checkVisibility());
const reached = [], unseen = [];
const name = element => `${element.tagName} ${(element.getAttribute('aria-label') || element.textContent).trim().slice(0, 60)}`;
document.addEventListener('focusin', event => {
  reached.push(event.target);
  if (getComputedStyle(event.target).outlineStyle === 'none') unseen.push(event.target);
});
window.galenComplaints = () => [
  ...wanted.filter(element => !reached.includes(element)).map(element => `not reached: ${name(element)}`),
  ...unseen.map(element => `focus is not seen: ${name(element)}`),
  ...reached.filter((element, i) => element !== wanted[i]).map(element => `out of order: ${name(element)}`),
];
return wanted.length;
