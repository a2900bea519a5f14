// Small comforts for pages that all work without them. No inline script, no third party, no evaluation of text.

/** Put the focus on the error summary, so that a screen reader reads it first. */
function focusProblems() {
  document.querySelector("[data-focus]")?.focus();
}

/** Copy the text of the element named by data-copy, and say so beside the button. */
function copyButtons() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      await navigator.clipboard.writeText(source.dataset.text ?? source.textContent.trim());
      const said = button.parentElement.querySelector("[data-copied]");
      if (said) said.textContent = button.dataset.said;
      const tick = button.closest("[data-answer]")?.querySelector("input[data-tick]");
      if (tick && !tick.checked) tick.click();
    });
  }
}

/** Send the form of a tick as soon as it changes; without script its button does that. */
function ticks() {
  for (const tick of document.querySelectorAll("input[data-tick]")) {
    tick.form.querySelector("button")?.setAttribute("hidden", "");
    tick.addEventListener("change", () => fetch(tick.form.action, { method: "POST", body: new FormData(tick.form), headers: { "X-Requested-With": "fetch" } }));
  }
}

/** Fill date and time of a field with the present moment in the field's zone, by the clock that judges it: the server's. */
function nowButtons() {
  for (const button of document.querySelectorAll("[data-now]")) {
    button.hidden = false;
    const ahead = Date.parse(button.dataset.at) - Date.now();
    button.addEventListener("click", () => {
      const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: button.dataset.zone, dateStyle: "short", timeStyle: "short" }).format(new Date(Date.now() + ahead)).split(" ");
      const fields = ["date", "time"].map((kind) => document.getElementById(`${button.dataset.now}-${kind}`));
      fields.forEach((field, index) => { field.value = parts[index]; field.dispatchEvent(new Event("input", { bubbles: true })); });
    });
  }
}

/** Keep what is being typed on the server, a moment after the last key; say when, and say when it fails. */
function drafts() {
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const said = form.querySelector("[data-saved]");
    let timer;
    const save = async () => {
      try {
        const answer = await fetch(form.dataset.draft, { method: "POST", body: new FormData(form), headers: { "X-Requested-With": "fetch" } });
        if (said) said.textContent = answer.ok ? await answer.text() : form.dataset.unsaved;
      } catch {
        if (said) said.textContent = form.dataset.unsaved;
      }
    };
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 800); });
    form.addEventListener("submit", () => clearTimeout(timer));
  }
}

/** Replace a part of the page by what the server answers to the form as it stands: an assessment, how a text reads. */
function livePreviews() {
  for (const form of document.querySelectorAll("[data-preview]")) {
    const place = document.getElementById(form.dataset.place);
    let timer;
    const show = async () => {
      const answer = await fetch(form.dataset.preview, { method: "POST", body: new FormData(form.closest("form")), headers: { "X-Requested-With": "fetch" } });
      const open = [...place.querySelectorAll("details")].map((part) => part.open);
      if (answer.ok) place.innerHTML = await answer.text();
      place.querySelectorAll("details").forEach((part, number) => { part.open = open[number] ?? part.open; });
      onlyBearing();
      onlyProposed();
    };
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, 250); });
  }
}

/** Hide the questions that cannot matter given the other answers; what was answered in them stays. */
function onlyBearing() {
  const names = document.querySelector("[data-bearing]")?.dataset.bearing.split(" ");
  if (!names) return;
  for (const question of document.querySelectorAll("[data-question]")) question.hidden = !names.includes(question.dataset.question);
}

/** A level is adopted, and an assessment recorded, once there is a proposal. */
function onlyProposed() {
  const proposed = document.querySelector("#risk-result .level") !== null;
  for (const part of document.querySelectorAll("[data-proposed]")) part.hidden = !proposed;
  for (const part of document.querySelectorAll("[data-unproposed]")) part.hidden = proposed;
}

/** What folds again says what stands in it now; what waits for an answer opens with it. */
function folds() {
  const day = (field) => field.type === "date" && field.valueAsDate?.toLocaleDateString(document.documentElement.lang, { timeZone: "UTC" });
  const words = (field) => day(field) || (field.selectedOptions?.[0].textContent ?? (field.matches(":checked") ? field.nextElementSibling.textContent : field.value));
  for (const fold of document.querySelectorAll(".fold")) {
    fold.addEventListener("change", () => {
      for (const next of document.querySelectorAll(`[data-after="${fold.dataset.question}"]`)) next.open = true;
    });
    fold.addEventListener("toggle", () => {
      if (fold.open) return;
      const said = [...fold.querySelectorAll("input:checked, .input, .select")].map(words).filter(Boolean);
      const title = fold.querySelector("[data-title]");
      if (title && said.length) title.textContent = title.dataset.title.replace("{}", said.shift());
      fold.querySelector("[data-said]").textContent = said.join(title ? " · " : ", ");
    });
  }
}

/** What is not ticked of a long list becomes part of the page when somebody opens the list; 200 of them are thousands of boxes. */
function tickable() {
  for (const list of document.querySelectorAll(".many:has(noscript)")) {
    list.addEventListener("toggle", () => {
      const others = list.querySelector("noscript");
      others.insertAdjacentHTML("afterend", others.textContent);
      others.remove();
    }, { once: true });
  }
}

/** An entry of a list goes with one press; what is not sent along is no longer there once the page is saved. */
function removable() {
  for (const button of document.querySelectorAll("[data-remove]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const fold = button.closest(".fold");
      fold.nextElementSibling.querySelector("summary").focus();
      fold.remove();
    });
  }
}

/** Refresh a part of the page; be honest when the connection is gone. */
function living() {
  for (const part of document.querySelectorAll("[data-live]")) {
    setInterval(async () => {
      if (document.hidden || part.contains(document.activeElement)) return;
      try {
        const answer = await fetch(part.dataset.live, { headers: { "X-Requested-With": "fetch" } });
        if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
        part.innerHTML = await answer.text();
        document.getElementById(part.dataset.lost)?.setAttribute("hidden", "");
      } catch {
        document.getElementById(part.dataset.lost)?.removeAttribute("hidden");
      }
    }, Number(part.dataset.every) * 1000);
  }
}

/** A link of a mail names the very place on a page. No server sees what stands behind #, so the way through the sign-in carries it. */
function samePlace() {
  const place = location.hash;
  if (!place) return;
  const carried = (address) => {
    const url = new URL(address, location.href);
    const next = url.searchParams.get("next");
    if (next && !next.includes("#")) url.searchParams.set("next", next + place);
    return url.href;
  };
  for (const next of document.querySelectorAll("input[name=next]")) if (!next.value.includes("#")) next.value += place;
  for (const link of document.querySelectorAll("a[href*='next=']")) link.href = carried(link.href);
  for (const form of document.querySelectorAll("form[action*='next=']")) form.action = carried(form.action);
}

/** On a narrow screen the menu scrolls sideways: show the place we are at. */
function placesInSight() {
  for (const here of document.querySelectorAll(".nav [aria-current]")) {
    const bar = here.parentElement;
    bar.scrollLeft = here.offsetLeft - bar.offsetLeft - (bar.clientWidth - here.offsetWidth) / 2;
  }
}

samePlace();
placesInSight();
focusProblems();
copyButtons();
ticks();
nowButtons();
drafts();
livePreviews();
onlyBearing();
folds();
removable();
tickable();
living();
