// Passkeys: hands the browser what the page holds in #passkey-asked and sends its answer with the form.
(() => {
  const form = document.querySelector("form[data-passkey]");
  const asked = document.getElementById("passkey-asked");
  if (!form || !asked) return;
  const note = form.querySelector("[data-passkey-note]");
  const button = form.querySelector("[data-passkey-go]");
  if (!window.PublicKeyCredential) {
    note.hidden = false;
    button.disabled = true;
    return;
  }

  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  };
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const opened = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const making = (key) => ({
    ...key,
    challenge: bytes(key.challenge),
    user: { ...key.user, id: bytes(key.user.id) },
    excludeCredentials: opened(key.excludeCredentials),
  });
  const showing = (key) => ({
    ...key,
    challenge: bytes(key.challenge),
    allowCredentials: opened(key.allowCredentials),
  });

  const told = (credential) => {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    }
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    };
  };

  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    const key = JSON.parse(asked.textContent).publicKey;
    note.hidden = true;
    try {
      const found = form.dataset.passkey === "make"
        ? await navigator.credentials.create({ publicKey: making(key) })
        : await navigator.credentials.get({ publicKey: showing(key) });
      form.elements.credential.value = JSON.stringify(told(found));
      form.requestSubmit();
    } catch {
      note.hidden = false; // broken off, or not this device: the page stays, it can be tried again
    }
  });
})();
