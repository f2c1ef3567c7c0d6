// Forms that a device fills in by a passkey. The page brings what to ask (`data-options`) and the sentences; here the
// device is asked, its answer goes into the field `credential`, and the form is sent like any other.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const named = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

/** What the browser wants to be asked: as the page says it, with bytes where it has text. */
function asked(options) {
  const found = { ...options, challenge: bytes(options.challenge) };
  if (options.user) found.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) found.excludeCredentials = named(options.excludeCredentials);
  if (options.allowCredentials) found.allowCredentials = named(options.allowCredentials);
  return found;
}

/** What the browser answers, with text where it has bytes. */
function told(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    const value = credential.response[name];
    if (value) response[name] = text(value);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: {},
  });
}

/** One sentence in the reader's language, for what a browser says in its own way. */
function sentence(form, error) {
  const known = {
    NotAllowedError: form.dataset.refused,
    AbortError: form.dataset.refused,
    InvalidStateError: form.dataset.known,
    SecurityError: form.dataset.elsewhere,
  };
  return known[error.name] ?? form.dataset.wrong;
}

let waiting = null;

/** Ask the device and send the form with its answer; `mediation` "conditional" waits in the list of the name's field. */
async function ask(form, mediation) {
  waiting?.abort();
  const mine = (waiting = new AbortController());
  const publicKey = asked(JSON.parse(form.dataset.options));
  const how = form.dataset.passkey === "create" ? "create" : "get";
  const credential = await navigator.credentials[how]({ publicKey, signal: mine.signal, ...(mediation && { mediation }) });
  form.elements.credential.value = told(credential);
  form.submit();
}

function begin(form) {
  const says = form.querySelector("[data-says]");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    says.hidden = true;
    try {
      await ask(form);
    } catch (error) {
      says.textContent = sentence(form, error);
      says.hidden = false;
    }
  });
}

const able = window.PublicKeyCredential && navigator.credentials;
for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (able) begin(form);
  else if (form.dataset.passkey === "create") {
    form.addEventListener("submit", (event) => event.preventDefault());
    const says = form.querySelector("[data-says]");
    says.textContent = window.isSecureContext ? form.dataset.wrong : form.dataset.elsewhere;
    says.hidden = false;
  }
}

const quiet = document.querySelector("form[data-conditional]");
if (able && quiet && (await PublicKeyCredential.isConditionalMediationAvailable?.())) {
  // Nobody has asked for anything yet: what goes wrong here is nobody's concern.
  ask(quiet, "conditional").catch(() => {});
}
