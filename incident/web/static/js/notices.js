// Comforts for the pages of notices; all of them work without.

/** Open the narrow page in a window of its own, so that it stands beside the portal. */
for (const link of document.querySelectorAll("[data-beside]")) {
  link.addEventListener("click", (event) => {
    const height = Math.max(600, window.screen.availHeight - 80);
    const opened = window.open(link.href, "meldklok-beside", `popup,width=440,height=${height},left=${window.screen.availWidth - 460}`);
    if (opened) event.preventDefault();
  });
}

/** The button "Now" follows the chosen zone. */
for (const choice of document.querySelectorAll("[data-zone-of]")) {
  const button = document.querySelector(`[data-now="${choice.dataset.zoneOf}"]`);
  choice.addEventListener("change", () => { if (button) button.dataset.zone = choice.value; });
}

/** Count along while answers are ticked. */
const ticks = [...document.querySelectorAll("[data-tick]")];
const bar = document.querySelector(".progress progress");
function count() {
  const done = ticks.filter((tick) => tick.checked).length;
  bar.value = done;
  const told = bar.parentElement.querySelector(".num");
  told.textContent = told.textContent.replace(/\d+/, done);
}
if (bar && ticks.length) for (const tick of ticks) tick.addEventListener("change", count);

/** Show only the questions that matter for the chosen addressee and kind. */
for (const form of document.querySelectorAll("[data-draft-notice]")) {
  const show = () => {
    const addressee = form.querySelector("input[name=addressee]:checked")?.value;
    const kind = form.querySelector("select[name=kind]")?.value;
    const wanted = { others: addressee && !["authority", "controller"].includes(addressee), controller: addressee === "controller", withdrawal: kind === "withdrawal" };
    for (const part of form.querySelectorAll("[data-for]")) part.hidden = !wanted[part.dataset.for];
  };
  form.addEventListener("change", show);
  show();
}

/** Put a name at the place of the cursor. */
for (const button of document.querySelectorAll("[data-insert]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.into);
    field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
    field.focus();
  });
}
