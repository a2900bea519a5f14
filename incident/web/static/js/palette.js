// Going places by keyboard. Everything here is also a link or a form on the page; without script nothing is missed.

const palette = document.getElementById("palette");
const help = document.getElementById("keys");
const input = document.getElementById("palette-text");
const list = document.getElementById("palette-list");
const REFERENCE = /^dl-?\d{4}-?\d{4,7}-?[0-9a-z]$/i;
let before = "";
let timer;

/** Every place: those of the product, and the tabs of the page at hand. */
function places() {
  const links = [...document.querySelectorAll("#palette-places a, .tabs a")];
  const seen = new Set();
  return links.filter((link) => !seen.has(link.href) && seen.add(link.href)).map((link) => ({ words: link.textContent.trim(), href: link.href, keys: link.dataset.keys ?? "" }));
}

/** What fits what is typed: an incident by its reference, places by their words, else a search in the register. */
function found(typed) {
  const text = typed.trim();
  const fitting = places().filter((place) => place.words.toLowerCase().includes(text.toLowerCase()));
  if (REFERENCE.test(text)) fitting.unshift({ words: `${input.dataset.open} ${text.toUpperCase()}`, href: input.dataset.incidents.replace("REFERENCE", encodeURIComponent(text.toUpperCase())), keys: "" });
  if (text && input.dataset.register) fitting.push({ words: `${input.dataset.search} “${text}”`, href: `${input.dataset.register}?q=${encodeURIComponent(text)}`, keys: "" });
  return fitting;
}

function show() {
  list.replaceChildren(...found(input.value).map((place, index) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = place.href;
    link.textContent = place.words;
    item.toggleAttribute("data-on", index === 0);
    item.append(link);
    return item;
  }));
}

function move(step) {
  const items = [...list.children];
  const at = items.findIndex((item) => item.hasAttribute("data-on"));
  const next = items[(at + step + items.length) % items.length];
  items[at]?.removeAttribute("data-on");
  next?.setAttribute("data-on", "");
  next?.scrollIntoView({ block: "nearest" });
}

function openPalette() {
  input.value = "";
  show();
  palette.showModal();
  input.focus();
}

function typing(target) {
  return target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName);
}

function shortcut(event) {
  const keys = (before + event.key).slice(-2);
  clearTimeout(timer);
  before = event.key;
  timer = setTimeout(() => { before = ""; }, 900);
  const link = [...document.querySelectorAll("#palette-places a[data-keys]")].find((one) => one.dataset.keys === keys || (one.dataset.keys.length === 1 && one.dataset.keys === event.key && keys.length === 1));
  if (event.key === "?") help.showModal();
  else if (event.key === "/") (document.querySelector(".main input[type=search]") ?? { focus: openPalette }).focus();
  else if (link) location.assign(link.href);
  else return;
  event.preventDefault();
}

if (palette && help) {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openPalette();
    } else if (!typing(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey && !document.querySelector("dialog[open]")) shortcut(event);
  });
  input.addEventListener("input", show);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      list.querySelector("[data-on] a")?.click();
    }
  });
}
