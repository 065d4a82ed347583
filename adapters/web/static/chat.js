// The chat page: conversation, input line, forms.

import * as api from "./api.js";
import { completion } from "./completion.js";
import { element, newId } from "./elements.js";
import { show } from "./entries.js";
import { openForm } from "./form.js";

const find = (selector) => document.querySelector(selector);
const [conversation, input, form, replying, file] = ["#conversation", "#text", "#say", "#replying", "#file"].map(find);
let replyTo = null;

const actions = {
  reply(entry) {
    replyTo = entry;
    replying.querySelector("q").textContent = entry.text;
    replying.hidden = false;
    input.focus();
  },

  async press(button, pressed) {
    pressed.disabled = true;
    await actions.run(() => api.press(button.action, button.target));
    pressed.disabled = false;
  },

  // Calls the server and shows what it answers at once; results of jobs come through the event stream.
  async run(call) {
    try {
      const answer = await call();
      if (answer?.kind === "form") ask(answer);
      else if (answer) add(answer);
    } catch (error) {
      if (!(error instanceof api.Refused)) throw error;
      add({ id: `refused-${newId()}`, kind: "refused", text: error.message });
    }
  },
};

function add(entry) {
  const shown = show(entry, actions);
  const old = document.getElementById(shown.id);
  const main = find("main");
  const atEnd = main.scrollHeight - main.scrollTop - main.clientHeight < 120;
  if (old) replace(old, shown);
  else conversation.append(shown);
  find("#welcome").hidden = conversation.children.length > 0;
  if (atEnd || !old) main.scrollTop = main.scrollHeight;
}

// Focus inside an entry survives its replacement: a person who is on the cancel button stays on it. So does a sketch that
// is being listened to, until it has ended: moved within one task, it plays on.
function replace(old, shown) {
  const heard = old.querySelector(".sketch");
  const audio = heard?.querySelector("audio");
  if (audio && !audio.ended && (!audio.paused || audio.currentTime > 0)) shown.querySelector(".sketch")?.replaceWith(heard);
  const focused = [...old.querySelectorAll("button")].indexOf(document.activeElement);
  old.replaceWith(shown);
  if (focused >= 0) (shown.querySelectorAll("button")[focused] ?? shown.querySelector("button"))?.focus();
}

function stopReplying() {
  replyTo = null;
  replying.hidden = true;
}

async function send() {
  const text = input.value.trim();
  const attached = file.files[0];
  const message = replyTo;
  if (!text && !attached && !message) return;
  input.value = "";
  grow();
  stopReplying();
  file.value = "";
  await actions.run(() => {
    if (attached) return api.sendFile(attached, text);
    if (message) return api.score(message.id, text);
    return api.say(text);
  });
}

function grow() {
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight + 2}px`;
}

// A question that an action needs answered, such as what to change in a remix.
function ask(question) {
  const dialog = find("#question");
  const field = find("#answer");
  dialog.querySelector("h2").textContent = question.title;
  dialog.querySelector("label span").textContent = question.label;
  Object.assign(field, { value: "", placeholder: question.placeholder, maxLength: question.longest });
  dialog.querySelector("form").onsubmit = () =>
    actions.run(() => api.press(question.action, question.target, field.value));
  dialog.querySelector("[data-close]").onclick = () => dialog.close();
  dialog.showModal();
}

function translate(words, language) {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-words]")) node.textContent = words[node.dataset.words];
  for (const node of document.querySelectorAll("[data-words-placeholder]")) node.placeholder = words[node.dataset.wordsPlaceholder];
  for (const node of document.querySelectorAll("[data-words-label]")) node.setAttribute("aria-label", words[node.dataset.wordsLabel]);
}

function offerExamples(examples) {
  find("#examples").append(...examples.map((example) => element("li", {},
    element("button", { type: "button", onclick: () => { input.value = example; grow(); input.focus(); } }, example))));
}

async function start() {
  const { words, language, commands, examples } = await api.hello();
  translate(words, language);
  offerExamples(examples);
  const suggest = completion(input, find("#suggestions"), commands);
  input.addEventListener("input", grow);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    suggest.close();
    send();
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); send(); });
  replying.querySelector("button").addEventListener("click", stopReplying);
  file.addEventListener("change", () => { if (file.files.length) send(); });
  find(".file").addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); file.click(); }
  });
  find("#open-form").addEventListener("click", () =>
    openForm(find("#form-dialog"), commands.find((command) => command.id === "bgm"),
      (options) => actions.run(() => api.command("bgm", options))));
  api.listen(add);
  input.focus();
}

start();
