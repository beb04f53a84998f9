// In a review: the answers given, to choose from, and what the decision will be.

const same = (one, other) => one.length === other.length && one.every((name) => other.includes(name));

// The text, to be broken after an underscore, too.
const parts = (text) => text.split(/(?<=_)/).flatMap((part, place) => (place ? [document.createElement("wbr"), part] : [part]));

export class Options {
  // Without a group, as on the page of annotators, there is nothing to show and no key to press.
  constructor(group, choose) {
    this.group = group;
    this.choose = choose;
    this.options = [];
  }

  show(item) {
    if (!this.group) return;
    this.options = item.options;
    this.group.replaceChildren(...this.options.map((one) => this.button(one)));
    document.getElementById("becomes").textContent = item.becomes;
    document.getElementById("own").hidden = !item.own;
  }

  button(option) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "label option", ariaPressed: "false" });
    const [key, name, who, notes] = [["kbd", ""], ["span", "name"], ["span", "who"], ["span", "who"]].map(([tag, kind]) => Object.assign(document.createElement(tag), { className: kind }));
    if (option.key) button.setAttribute("aria-keyshortcuts", option.key);
    key.textContent = option.key;
    key.ariaHidden = "true";
    name.append(...parts(option.labels.join(", ") || "no label"));
    who.textContent = option.who.join(", ") + (option.probability === null ? "" : ` · probability ${option.probability.toFixed(2)}`);
    notes.textContent = option.notes.join(" · ");
    who.dir = notes.dir = "auto";
    button.append(key, name, who);
    if (option.notes.length) button.append(notes);
    button.addEventListener("click", () => this.choose(option.labels));
    return button;
  }

  mark(chosen) {
    this.options.forEach((one, place) => { this.group.children[place].ariaPressed = String(same(one.labels, chosen)); });
  }

  // Whether the key took an answer.
  press(key) {
    const option = this.options.find((one) => one.key === key);
    if (option) this.choose(option.labels);
    return Boolean(option);
  }
}
