// The next answer on the clipboard by one key, in a window that stays above the portal where the browser has such.

const copier = document.querySelector("[data-copier]");
const answers = [...document.querySelectorAll("[data-answer]")].filter((one) => one.querySelector("[data-copy]"));
const part = (name) => copier.querySelector(`[data-copier-${name}]`);
const brief = (text) => (text.length > 160 ? `${text.slice(0, 160)}…` : text);
const passed = new Set();
let place = 0;

const words = (answer) => ({
  number: answer.querySelector(".mono").textContent.trim(),
  question: answer.querySelector("[data-question]").textContent.trim().replace(/\s+/g, " "),
  wanted: answer.querySelector("[data-part]")?.textContent.trim() ?? "",
  text: answer.querySelector("[data-text]").dataset.text,
});
const isDone = (answer) => answer.querySelector("[data-tick]")?.checked ?? passed.has(answer);

/** The next answer that is not copied yet, from here on and then from the top; -1 when there is none. */
function following(start) {
  const order = answers.map((_one, index) => (start + index) % answers.length);
  return order.find((index) => !isDone(answers[index])) ?? -1;
}

function show() {
  const answer = answers[place];
  part("now").hidden = !answer;
  part("end").hidden = Boolean(answer);
  if (!answer) return;
  const { number, question, wanted, text } = words(answer);
  part("number").textContent = number;
  part("question").textContent = brief(question);
  part("part").textContent = wanted;
  part("mark").replaceChildren(...answer.querySelector(".origin-mark").cloneNode(true).childNodes);
  part("text").textContent = brief(text);
}

async function copy() {
  const answer = answers[place];
  if (!answer) return;
  const { number, question, wanted, text } = words(answer);
  try {
    await copier.ownerDocument.defaultView.navigator.clipboard.writeText(text);
  } catch {
    part("said").textContent = copier.dataset.refused;
    return;
  }
  part("said").textContent = `${copier.dataset.said} ${number} ${wanted || brief(question)}`;
  passed.add(answer);
  const tick = answer.querySelector("[data-tick]");
  if (tick && !tick.checked) tick.click(); // The change of the tick leads on.
  else go(following(place + 1));
}

function go(index) {
  place = index;
  show();
}

const skip = () => go(following(place + 1));
const back = () => go((place < 0 ? answers.length : place || answers.length) - 1);
const acts = { copy, skip, back };

/** The letters work while the focus is in here, so that they are in nobody's way. */
function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const button = copier.querySelector(`[data-key="${event.key.toLowerCase()}"]`);
  if (button) {
    event.preventDefault();
    button.click();
  }
}

/** Put the same part into a window that stays on top; closing that window brings it back. */
async function float() {
  const above = await window.documentPictureInPicture.requestWindow({ width: 420, height: 380 });
  for (const sheet of document.querySelectorAll("link[rel=stylesheet]")) above.document.head.append(sheet.cloneNode());
  above.document.documentElement.lang = document.documentElement.lang;
  above.document.title = document.title;
  above.document.body.className = "beside above";
  const gap = document.createComment("");
  copier.replaceWith(gap);
  above.document.body.append(copier);
  part("float").hidden = true;
  part("copy").focus();
  above.addEventListener("pagehide", () => {
    gap.replaceWith(copier);
    part("float").hidden = false;
    part("copy").focus({ preventScroll: true });
  });
}

if (copier && answers.length) {
  copier.hidden = false;
  for (const [name, act] of Object.entries(acts)) part(name).addEventListener("click", act);
  copier.addEventListener("keydown", keys);
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-tick]") && place >= 0 && isDone(answers[place])) go(following(place));
  });
  part("float").hidden = !("documentPictureInPicture" in window);
  part("float").addEventListener("click", float);
  go(following(0));
  part("copy").focus({ preventScroll: true });
}
