// Shows one entry of the conversation. An entry that arrives again under the same id replaces what was shown.

import { press, words } from "./api.js";
import { element } from "./elements.js";
import { player } from "./player.js";

export function show(entry, actions) {
  const card = element("div", { class: "card" }, ...body[entry.kind](entry, actions));
  return element("li", { id: `entry-${entry.id}`, class: entry.kind }, card);
}

const body = {
  said: (entry, actions) => [
    element("div", { class: "text" }, entry.text),
    entry.scorable
      ? element("div", { class: "buttons" },
          element("button", { type: "button", onclick: () => actions.reply(entry) }, words.score_this))
      : null,
  ],

  text: (entry, actions) => [element("div", { class: "text" }, entry.text), buttons(entry, actions)],

  refused: (entry) => [element("div", { class: "text", role: "alert" }, entry.text)],

  list: (entry, actions) => [
    element("div", { class: "text" }, element("strong", {}, entry.title)),
    element("ul", { class: "lines" }, ...entry.entries.map((line) =>
      element("li", {}, element("div", {}, line.title), element("p", { class: "faint" }, line.detail), buttons(line, actions)))),
    buttons(entry, actions),
  ],

  progress: (entry, actions) => [
    element("div", { class: "text" }, entry.line),
    element("progress", entry.position == null
      ? { max: 1, value: entry.fraction, "aria-label": entry.line }
      : { "aria-label": entry.line }),
    entry.sketch ? element("div", { class: "sketch" },
      element("p", { class: "faint" }, entry.sketch.line),
      element("audio", { controls: true, preload: "none", src: entry.sketch.url, "aria-label": entry.sketch.line })) : null,
    buttons(entry, actions),
  ],

  track: (entry, actions) => [
    element("div", { class: "text" }, element("strong", {}, entry.line)),
    player(entry),
    ...entry.notes.map((note) => element("p", { class: "faint" }, note)),
    entry.curve ? element("img", { class: "curve", src: entry.curve, alt: words.curve, loading: "lazy" }) : null,
    ...entry.selects.map((select) => choice(select, actions)),
    element("p", { class: "faint" }, ...files(entry)),
    buttons(entry, actions),
  ],
};

function files(entry) {
  const links = entry.files.map((file) => element("a", { href: file.url, download: file.name }, file.name));
  return links.flatMap((link, index) => (index ? [" · ", link] : [link]));
}

function buttons(entry, actions) {
  if (!entry.buttons?.length) return null;
  return element("div", { class: "buttons" }, ...entry.buttons.map((button) =>
    element("button", { type: "button", class: button.danger ? "danger" : null, onclick: (event) => actions.press(button, event.currentTarget) }, button.label)));
}

function choice(select, actions) {
  const options = select.choices.map((item) => element("option", { value: item.value, selected: item.chosen }, item.label));
  const field = element("select", { onchange: () => actions.run(() => press(select.action, select.target, field.value)) }, ...options);
  return element("label", { class: "selects" }, element("span", { class: "faint" }, select.label), field);
}
