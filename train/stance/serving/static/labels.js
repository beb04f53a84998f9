// The label buttons: which are chosen, by click or key, one or several as the codebook says.

export class Labels {
  constructor(group, definition, changed) {
    this.exclusive = group.dataset.exclusive === "true";
    this.noneAllowed = group.dataset.noneAllowed === "true";
    this.buttons = [...group.querySelectorAll("button")];
    this.changed = changed;
    this.definition = definition;
    this.usual = [...definition.childNodes];
    for (const button of this.buttons) {
      button.addEventListener("click", () => this.toggle(button));
      for (const event of ["focus", "mouseenter"]) button.addEventListener(event, () => this.define(button));
      for (const event of ["blur", "mouseleave"]) button.addEventListener(event, () => this.define(document.activeElement));
    }
  }

  get chosen() {
    return this.buttons.filter((one) => one.ariaPressed === "true").map((one) => one.dataset.label);
  }

  set chosen(names) {
    for (const button of this.buttons) button.ariaPressed = String(names.includes(button.dataset.label));
    this.define(document.activeElement);
    this.changed();
  }

  get isEnough() {
    return this.noneAllowed || this.chosen.length > 0;
  }

  toggle(button) {
    const name = button.dataset.label;
    const isOff = !this.chosen.includes(name);
    if (this.exclusive) this.chosen = isOff ? [name] : [];
    else this.chosen = isOff ? [...this.chosen, name] : this.chosen.filter((one) => one !== name);
    this.define(button);
  }

  // Whether the key chose a label.
  press(key) {
    const button = this.buttons.find((one) => one.dataset.key === key);
    if (button) this.toggle(button);
    return Boolean(button);
  }

  count(perLabel) {
    for (const button of this.buttons) {
      button.querySelector(".count").textContent = (perLabel[button.dataset.label] || 0).toLocaleString("en");
    }
  }

  define(button) {
    const isLabel = this.buttons.includes(button);
    const text = isLabel && document.getElementById(button.getAttribute("aria-describedby")).textContent;
    this.definition.replaceChildren(...(text ? [text] : this.usual));
  }
}

export function said(names) {
  return names.length ? names.join(", ") : "no label";
}
