// Runs in every page that is recorded, before the page's own scripts. Playwright's recorder hands each action to the
// function ACTION while the event that caused it goes on: the only moment at which the element can still be asked.
(() => {
  const ACTION = "__pw_recorderRecordAction";
  const LONGEST_NAME = 60, MOST = 5, DEEPEST = 5, LARGEST_FILES = 1_000_000;
  const SECRET_FIELDS = ["current-password", "new-password", "one-time-code", "cc-number", "cc-csc"];
  const ROLES = { a: "link", area: "link", button: "button", select: "combobox", summary: "button", textarea: "textbox" };
  const INPUT_ROLES = {
    button: "button", checkbox: "checkbox", email: "textbox", image: "button", number: "spinbutton", radio: "radio",
    range: "slider", reset: "button", search: "searchbox", submit: "button", tel: "textbox", text: "textbox", url: "textbox",
  };
  const oncePasswords = new WeakSet();
  const found = new WeakMap();

  const quoted = (text) => JSON.stringify(text);
  const words = (text) => (text || "").replace(/\s+/g, " ").trim();

  function isSecret(element) {
    if (element.localName !== "input") return false;
    if (element.type === "password") oncePasswords.add(element);
    const purposes = (element.getAttribute("autocomplete") || "").toLowerCase().split(/\s+/);
    return oncePasswords.has(element) || purposes.some((purpose) => SECRET_FIELDS.includes(purpose));
  }

  function roleOf(element) {
    const given = element.getAttribute("role");
    if (given) return given.split(" ")[0];
    if (element.localName === "input") return INPUT_ROLES[element.type];
    return ROLES[element.localName];
  }

  // A label around a field has the field's own text in it, which is no part of its name.
  function* textsOf(label, element) {
    const others = [...label.childNodes].filter((node) => !node.contains(element));
    yield others.map((node) => node.textContent).join(" ");
    yield label.innerText;
  }

  // Names as people write them; whether it is the accessible name is for Playwright to say, which is asked for it.
  function* namesOf(element) {
    yield element.getAttribute("aria-label");
    for (const label of element.labels || []) yield* textsOf(label, element);
    if (["button", "submit", "reset"].includes(element.type)) yield element.value;
    if (!("labels" in element) || element.localName === "button") yield element.innerText;
    for (const name of ["alt", "title", "placeholder"]) yield element.getAttribute(name);
  }

  function pathOf(element) {
    const parts = [];
    for (let each = element; each && parts.length < DEEPEST; each = each.parentElement) {
      if (each.localName === "body") return ["body", ...parts].join(" > ");
      if (isLasting(each.id)) return ["#" + CSS.escape(each.id), ...parts].join(" > ");
      const twins = each.parentElement ? [...each.parentElement.children].filter((one) => one.localName === each.localName) : [];
      parts.unshift(each.localName + (twins.length > 1 ? `:nth-of-type(${twins.indexOf(each) + 1})` : ""));
    }
    return parts.join(" > ");
  }

  // Ids that programs make up are others at the next visit.
  const isLasting = (id) => !!id && id.length <= 40 && !/\d{3}|[:.]|^[0-9a-f-]{16,}$|^(ember|react|radix|mui|headlessui)/i.test(id);

  function* waysTo(element) {
    const testId = element.getAttribute("data-testid");
    const names = [...new Set([...namesOf(element)].map(words))].filter((name) => name && name.length <= LONGEST_NAME);
    const role = roleOf(element);
    if (role) for (const name of names) yield `internal:role=${role}[name=${quoted(name)}s]`;
    for (const label of element.labels || []) {
      for (const text of textsOf(label, element)) if (words(text)) yield `internal:label=${quoted(words(text))}s`;
    }
    if (testId) yield `internal:testid=[data-testid=${quoted(testId)}s]`;
    for (const name of ["placeholder", "alt", "title"]) {
      const text = words(element.getAttribute(name));
      if (text && text.length <= LONGEST_NAME) yield `internal:attr=[${name}=${quoted(text)}s]`;
    }
    const text = words(element.innerText);
    if (text && text.length <= LONGEST_NAME && element.localName !== "select") yield `internal:text=${quoted(text)}s`;
    if (isLasting(element.id)) yield "#" + CSS.escape(element.id);
    else if (element.getAttribute("name")) yield `${element.localName}[name=${quoted(element.getAttribute("name"))}]`;
    yield pathOf(element);
  }

  // All that find this element and no other; the recorder's own selector tells which element is meant.
  function selectorsOf(element, given) {
    const ask = window.playwright && window.playwright.$$;
    if (!ask) return [];
    const finds = (selector) => { try { return ask(selector); } catch { return []; } };
    const meant = finds(given);
    const target = meant.length === 1 ? meant[0] : element;
    const known = found.get(target);
    if (known && known.given === given) return known.selectors;
    const fits = (selector) => { const all = finds(selector); return all.length === 1 && all[0] === target; };
    const selectors = [...new Set(waysTo(target))].filter((selector) => selector !== given && fits(selector)).slice(0, MOST);
    found.set(target, { given, selectors });
    return selectors;
  }

  function observe(action) {
    const event = window.event, element = event && event.composedPath()[0];
    const facts = { at: Date.now() };
    if (action.name !== "assertSnapshot") delete action.ariaSnapshot; // it holds what is in the fields of the page
    if (element instanceof Element) {
      facts.secret = isSecret(element);
      const label = event.type === "click" && element.closest("label");
      facts.forwards = !!(label && label.control && label.control !== element && !element.closest("a, button"));
      if (action.selector) facts.selectors = selectorsOf(element, action.selector);
      if (element.type === "file" && element.files && action.name === "fill") {
        action.name = "setInputFiles";
        action.files = [...element.files].map((file) => file.name);
        delete action.text;
      }
    }
    action.observed = facts;
  }

  // What is in the files, so that the journey can bring them along.
  async function withFiles(action, files) {
    if (files.reduce((sum, file) => sum + file.size, 0) > LARGEST_FILES) return;
    const read = (file) => new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
      reader.onerror = reject;
      reader.readAsDataURL(file);
    });
    const contents = await Promise.all(files.map(read));
    action.observed.files = files.map((file, at) => ({ name: file.name, content_type: file.type, base64: contents[at] }));
  }

  let own = window[ACTION];
  const observing = (action, ...rest) => {
    try { observe(action); } catch { action.observed = { at: Date.now() }; }
    if (action.name !== "setInputFiles") return own(action, ...rest);
    const files = [...window.event.composedPath()[0].files];
    return withFiles(action, files).catch(() => undefined).then(() => own(action, ...rest));
  };
  Object.defineProperty(window, ACTION, {
    configurable: true,
    get: () => own && observing,
    set: (given) => { own = given; },
  });
  document.addEventListener("focus", (event) => { if (event.target instanceof Element) isSecret(event.target); }, true);
})();
