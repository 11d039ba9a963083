// Passkeys. A form with data-passkey fetches what the browser is to be asked,
// asks it, and sends itself with the answer. On the sign-in page passkeys are
// also offered in the field for the mail address (conditional mediation).

const life = 9 * 60_000; // a question of the server lives a minute longer

let waiting = null; // the question that stands in the field

export function startPasskeys() {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.addEventListener("submit", (e) => {
      e.preventDefault();
      run(form);
    });
    if ("auto" in form.dataset) offer(form);
  }
}

async function run(form) {
  const button = form.querySelector("button[type=submit]");
  tell(form, "");
  if (!window.PublicKeyCredential) {
    tell(form, form.dataset.unsupported);
    return;
  }
  waiting?.abort();
  button.disabled = true;
  try {
    await send(form, {});
  } catch (e) {
    tell(form, e.name === "InvalidStateError" ? form.dataset.have : (e.said ?? form.dataset.stopped));
    if ("auto" in form.dataset) offer(form);
  } finally {
    button.disabled = false;
  }
}

// offer waits in the field until the person chooses a passkey there.
async function offer(form) {
  if (!(await window.PublicKeyCredential?.isConditionalMediationAvailable?.())) return;
  const mine = new AbortController();
  waiting = mine;
  const again = setTimeout(() => {
    mine.abort();
    offer(form);
  }, life);
  try {
    await send(form, { mediation: "conditional", signal: mine.signal });
  } catch {
    // The person went on with the password.
  } finally {
    clearTimeout(again);
  }
}

async function send(form, how) {
  const asked = await fetch(form.dataset.ask, { method: "POST", body: new URLSearchParams({ for: form.dataset.passkey }), signal: how.signal });
  if (asked.redirected) {
    location.assign(asked.url);
    return new Promise(() => {});
  }
  const { token, options, error } = await asked.json();
  if (error) throw Object.assign(new Error(error), { said: error });
  const making = form.dataset.passkey === "add";
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  if (making) {
    publicKey.user = { ...options.user, id: bytes(options.user.id) };
    publicKey.excludeCredentials = keys(options.excludeCredentials);
  } else {
    publicKey.allowCredentials = keys(options.allowCredentials);
  }
  const answer = await navigator.credentials[making ? "create" : "get"]({ publicKey, ...how });
  form.elements.token.value = token;
  form.elements.answer.value = JSON.stringify(written(answer));
  form.submit();
  return new Promise(() => {}); // the page is left
}

const keys = (list) => (list ?? []).map((k) => ({ ...k, id: bytes(k.id) }));

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

const text = (buffer) => buffer && btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// written is an answer in the standard's JSON form.
function written(answer) {
  const said = answer.response;
  const response = { clientDataJSON: text(said.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (said[part]) response[part] = text(said[part]);
  }
  if (said.getTransports) response.transports = said.getTransports();
  return {
    id: answer.id, rawId: text(answer.rawId), type: answer.type, response,
    authenticatorAttachment: answer.authenticatorAttachment ?? undefined, clientExtensionResults: answer.getClientExtensionResults(),
  };
}

function tell(form, said) {
  const line = form.querySelector("[role=alert]");
  line.textContent = said;
  line.hidden = !said;
}
