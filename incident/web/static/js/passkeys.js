// Passkeys: the browser asks the device, and what it answers goes to the server with the form.

for (const button of document.querySelectorAll("button[data-passkey]")) {
  const kind = window.PublicKeyCredential;
  if (!kind?.parseRequestOptionsFromJSON) continue;
  button.hidden = false;
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    const asked = JSON.parse(button.dataset.question);
    const said = document.getElementById(button.dataset.refused);
    const making = button.dataset.passkey === "make";
    if (making && !button.form.reportValidity()) return;
    try {
      const answer = making
        ? await navigator.credentials.create({ publicKey: kind.parseCreationOptionsFromJSON(asked) })
        : await navigator.credentials.get({ publicKey: kind.parseRequestOptionsFromJSON(asked) });
      button.form.elements[button.dataset.answer].value = JSON.stringify(answer.toJSON());
      button.form.submit();
    } catch {
      if (said) said.hidden = false;
    }
  });
}
