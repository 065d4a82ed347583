// The form of a command: one field for each of its options, values suggested from the catalog.

import { complete, words } from "./api.js";
import { element } from "./elements.js";

export async function openForm(dialog, command, onSubmit) {
  const fields = dialog.querySelector("#fields");
  if (!fields.children.length) fields.append(...await Promise.all(command.options.map((option) => field(command, option))));
  dialog.querySelector("#close-form").onclick = () => dialog.close();
  dialog.querySelector("form").onsubmit = () => {
    const filled = [...fields.querySelectorAll("[name]")]
      .map((input) => [input.name, input.type === "file" ? input.files[0] : input.value.trim()]);
    onSubmit(Object.fromEntries(filled.filter(([, value]) => value)));
  };
  dialog.showModal();
}

async function field(command, option) {
  return element("label", {}, element("span", {}, option.help), await input(command, option));
}

async function input(command, option) {
  if (option.choices.length) {
    const choices = [{ value: "", label: words.any }, ...option.choices];
    return element("select", { name: option.key }, ...choices.map((choice) => element("option", { value: choice.value }, choice.label)));
  }
  if (option.file) return element("input", { name: option.key, type: "file", accept: "audio/*,video/mp4,video/webm" });
  const id = `values-${option.key}`;
  const box = element("input", { name: option.key, list: option.completes ? id : null, maxlength: 200 });
  if (!option.completes) return box;
  const list = element("datalist", { id });
  const fill = async () => {
    const values = await complete(command.name, option.key, box.value.split(",").pop().trim()).catch(() => []);
    list.replaceChildren(...values.map(({ value, label }) => element("option", { value, label })));
  };
  box.addEventListener("input", fill);
  await fill();
  const holder = element("span", {}, box, list);
  return holder;
}
