"use strict";
// The browser's half of the page: it asks what is on the screen, puts it there, and says what a person does.
const at = {}, state = { me: document.body.dataset.me, digest: "", parts: {}, errors: {} };
const part = (id) => document.getElementById(id);
let asking = new AbortController();

async function follow() {
  const mine = asking;
  while (mine === asking) {
    try {
      const query = new URLSearchParams({ me: state.me, at: at[state.me] || "", seen: state.digest });
      const answer = await fetch(`/screen?${query}`, { signal: mine.signal });
      if (!answer.ok) throw new Error(answer.status);
      const screen = await answer.json();
      if (mine === asking) show(screen);
    } catch (problem) {
      if (problem.name !== "AbortError") await new Promise((go) => setTimeout(go, 1500));
    }
  }
}

function again() {
  asking.abort();
  asking = new AbortController();
  state.digest = "";
  follow();
}

function show(screen) {
  state.digest = screen.digest;
  at[state.me] = screen.at;
  document.documentElement.lang = screen.language;
  for (const name of ["side", "main", "wire", "modal"]) {
    if (state.parts[name] !== screen[name]) put(name, screen[name]);
    state.parts[name] = screen[name];
  }
}

function put(name, html) {
  const place = part(name), typed = kept(place), open = [...place.querySelectorAll("details[open][data-key]")].map((d) => d.dataset.key);
  const list = place.querySelector(".messages"), low = !list || list.scrollTop + list.clientHeight > list.scrollHeight - 60;
  const stood = (place.querySelector(".sheet") || {}).scrollTop || 0, same = (place.querySelector("[data-view]") || { dataset: {} }).dataset.view;
  place.innerHTML = html;
  restore(place, typed);
  for (const one of place.querySelectorAll("details[data-key]")) one.open = open.includes(one.dataset.key);
  const now = place.querySelector(".messages");
  if (now && low) now.scrollTop = now.scrollHeight;
  if (name === "modal") {
    place.hidden = !html;
    const form = place.querySelector("form");
    if (form && form.dataset.view === same) place.querySelector(".sheet").scrollTop = stood;
    if (form && !form.contains(document.activeElement)) (form.querySelector("[data-input]:not([type=file])") || form.querySelector("button")).focus();
  }
  place.querySelectorAll(".many").forEach(name_chosen);
}

// What was typed stays when the app changes the window around it; a new window begins empty.
function kept(place) {
  const form = place.querySelector("form");
  if (!form) return null;
  const fields = [...form.querySelectorAll("[data-input], textarea[name]")].filter((field) => field.type !== "file");
  return { view: identity(form), focus: document.activeElement && document.activeElement.id, fields: fields.map((f) => [key(f), f.type === "checkbox" || f.type === "radio" ? f.checked : f.value]) };
}
const identity = (form) => form.dataset.view || form.dataset.draft;
const key = (field) => [field.dataset.input, field.dataset.element, field.name, /checkbox|radio/.test(field.type) ? field.value : ""].join("|");

function restore(place, typed) {
  const form = place.querySelector("form");
  if (!form || !typed || identity(form) !== typed.view) return;
  const values = new Map(typed.fields);
  for (const field of form.querySelectorAll("[data-input], textarea[name]")) {
    if (!values.has(key(field)) || field.type === "file") continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.get(key(field));
    else field.value = values.get(key(field));
  }
  if (typed.focus && document.getElementById(typed.focus)) document.getElementById(typed.focus).focus();
}

async function act(what, more = {}) {
  part("trouble").hidden = true;
  const body = JSON.stringify({ me: state.me, at: at[state.me], what, ...more });
  const headers = { "Content-Type": "application/json", "X-Slack-Here": "1" };
  const answer = await fetch("/do", { method: "POST", headers, body }).catch(() => null);
  const said = answer && answer.ok ? await answer.json() : { trouble: "…", errors: {} };
  const whole = document.querySelector("#modal .whole"), place = whole && !part("modal").hidden ? whole : part("trouble");
  place.textContent = said.trouble;
  place.hidden = !said.trouble;
  return said;
}

async function entered(form) {
  const values = {};
  for (const field of form.querySelectorAll("[data-input]")) {
    const list = ((values[field.dataset.input] ||= {})[field.dataset.element] ||= []);
    if (field.type === "file") for (const file of field.files) list.push(await upload(file));
    else if (field.type === "checkbox" || field.type === "radio") { if (field.checked) list.push(field.value); }
    else if (field.value) list.push(field.value);
  }
  return values;
}

async function upload(file) {
  const query = new URLSearchParams({ me: state.me, name: file.name });
  const answer = await fetch(`/file?${query}`, { method: "POST", headers: { "X-Slack-Here": "1" }, body: file });
  return (await answer.json()).id;
}

function sure(button) {
  if (!button.dataset.confirm) return Promise.resolve(true);
  const asked = JSON.parse(button.dataset.confirm), dialog = part("confirm");
  dialog.replaceChildren();
  const add = (tag, text, value) => { const one = document.createElement(tag); one.textContent = text; if (value) one.addEventListener("click", () => dialog.close(value)); dialog.append(one); };
  add("h2", asked.title.text);
  add("p", asked.text.text);
  add("button", asked.deny.text, "no");
  add("button", asked.confirm.text, "yes");
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((tell) => dialog.addEventListener("close", () => tell(dialog.returnValue === "yes"), { once: true }));
}

async function press(element, value) {
  if (!(await sure(element))) return;
  const view = element.closest("[data-view]"), message = element.closest("[data-ts]");
  const place = view ? { view: view.dataset.view, state: view.tagName === "FORM" ? await entered(view) : {} } : { ts: message.dataset.ts };
  element.classList.add("busy");
  await act("press", { ...place, block: element.dataset.block, action: element.dataset.action, value });
  element.classList.remove("busy");
}

function name_chosen(list) {
  const chosen = [...list.querySelectorAll("input:checked")].map((box) => box.nextElementSibling.textContent);
  const summary = list.querySelector("summary");
  summary.textContent = chosen.join(", ") || summary.dataset.none;
}

document.addEventListener("click", async (event) => {
  const hit = event.target.closest("[data-person], [data-go], [data-press], [data-shortcut], [data-react], [data-word], [data-close], [data-wire], [data-fill], [data-forward], a[data-action]");
  document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  if (!hit) return;
  const said = hit.dataset, message = hit.closest("[data-ts]");
  if ("person" in said) {
    document.querySelectorAll("[data-person]").forEach((one) => one.setAttribute("aria-pressed", String(one === hit)));
    state.me = said.person;
    part("trouble").hidden = true;
    again();
  } else if ("go" in said) {
    at[state.me] = said.go;
    if (said.go === "home") act("home");
    again();
  } else if ("press" in said) press(hit);
  else if ("action" in said) press(hit);
  else if ("shortcut" in said) { const menu = hit.closest("details"); if (menu) menu.open = false; act("shortcut", { name: said.shortcut, ts: message && message.dataset.ts }); }
  else if ("react" in said) { hit.closest("details").open = false; act("react", { ts: message.dataset.ts }); }
  else if ("word" in said) {
    hit.closest("details").open = false;
    const text = said.word === "delete" ? "" : prompt(hit.textContent, said.now || "");
    if (text !== null) act(said.word, { ts: message.dataset.ts, text });
  } else if ("close" in said) act("close");
  else if ("forward" in said) act("forward", { hours: Number(said.forward) });
  else if ("wire" in said) part("wire").hidden = !part("wire").hidden;
  else if ("fill" in said) { const box = document.querySelector("[data-compose] textarea"); box.value = said.fill; box.focus(); complete(box); }
});

document.addEventListener("change", (event) => {
  const field = event.target;
  if ("choose" in field.dataset && field.value) press(field, field.value);
  const list = field.closest(".many");
  if (list) name_chosen(list);
});

function complete(box) {
  const list = document.querySelector(".completion");
  if (!list) return;
  let any = false;
  for (const one of list.children) { one.hidden = !box.value.startsWith("/") || !one.dataset.fill.startsWith(box.value) || one.dataset.fill.trim() === box.value.trim(); any ||= !one.hidden; }
  list.hidden = !any;
}
document.addEventListener("input", (event) => { if (event.target.matches("[data-compose] textarea")) complete(event.target); });

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !part("modal").hidden) act("close");
  if (event.key === "Enter" && !event.shiftKey && event.target.matches("[data-compose] textarea")) { event.preventDefault(); event.target.form.requestSubmit(); }
});

document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  if ("compose" in form.dataset) {
    const box = form.querySelector("textarea"), text = box.value.trim();
    if (!text) return;
    box.value = "";
    complete(box);
    await act("write", { text });
    return;
  }
  const sent = form.querySelector("[type=submit]");
  sent.disabled = true;
  const said = await act("submit", { view: form.dataset.view, state: await entered(form) });
  sent.disabled = false;
  let first = null;
  for (const field of form.querySelectorAll("[data-field]")) {
    const error = field.querySelector(".error"), text = said.errors[field.dataset.field] || "";
    error.textContent = text;
    error.hidden = !text;
    field.classList.toggle("wrong", Boolean(text));
    if (text && !first) first = field;
  }
  if (first) {
    first.querySelector("[data-input], summary").focus();
    first.scrollIntoView({ block: "center" });
  }
});

follow();
