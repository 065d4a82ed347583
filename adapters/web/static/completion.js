// Suggestions while a command is typed: commands, options, and values from the catalog. A combobox after the ARIA
// Authoring Practices: arrow keys choose, Enter or Tab takes, Escape closes.

import { complete } from "./api.js";
import { element } from "./elements.js";

const DELAY = 120;

export function completion(input, list, commands) {
  let found = [];
  let chosen = -1;
  let timer = 0;
  let asked = 0;

  const close = () => {
    found = [];
    chosen = -1;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const draw = () => {
    list.replaceChildren(...found.map((item, index) =>
      element("li", { role: "option", id: `suggestion-${index}`, "aria-selected": String(index === chosen),
        onpointerdown: (event) => { event.preventDefault(); take(index); } }, item.label)));
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    if (chosen >= 0) {
      input.setAttribute("aria-activedescendant", `suggestion-${chosen}`);
      list.children[chosen].scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };

  const take = (index) => {
    const { start, text } = found[index];
    const end = input.selectionStart;
    input.setRangeText(text, start, end, "end");
    close();
    input.dispatchEvent(new Event("input"));
  };

  const look = async () => {
    const ask = ++asked;
    const items = await suggestions(input.value.slice(0, input.selectionStart), commands).catch(() => []);
    if (ask !== asked) return;
    found = items;
    chosen = -1;
    draw();
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, DELAY);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      chosen = (chosen + step + found.length) % found.length;
      draw();
    } else if ((event.key === "Enter" && chosen >= 0) || event.key === "Tab") take(Math.max(chosen, 0));
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
  return { close };
}

async function suggestions(before, commands) {
  const name = before.match(/^\/(\S*)$/);
  if (name) {
    return commands.filter((command) => command.name.startsWith(name[1]))
      .map((command) => ({ start: 0, text: `/${command.name} `, label: `/${command.name} — ${command.help}` }));
  }
  const typed = before.match(/^\/(\S+)\s(?:[\s\S]*\s)?([^\s:]+):([^\s]*)$/);
  const command = commands.find((candidate) => candidate.name === before.match(/^\/(\S+)\s/)?.[1]);
  if (!command) return [];
  if (!typed) {
    const word = before.match(/(\S*)$/)[1];
    return command.options.filter((option) => option.keyed && option.name.startsWith(word))
      .map((option) => ({ start: before.length - word.length, text: `${option.name}:`, label: `${option.name}: — ${option.help}` }));
  }
  const last = typed[3].split(",").pop();
  const values = await complete(command.name, typed[2], last);
  return values.map(({ value, label }) => ({
    start: before.length - last.length, text: /\s/.test(value) ? `"${value}" ` : `${value} `, label,
  }));
}
