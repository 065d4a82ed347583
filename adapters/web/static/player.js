// A player: play button, waveform that seeks, time. One plays at a time.

import { words } from "./api.js";
import { clock, drawing, element, newId } from "./elements.js";

const HEIGHT = 100;
let playing = null;

export function player({ url, peaks, seconds, loop }) {
  const audio = new Audio();
  audio.preload = "none";
  audio.src = url;
  audio.loop = loop;

  const [bars, played] = [wave(peaks, "bars"), wave(peaks, "played")];
  const clip = drawing("rect", { x: 0, y: 0, width: 0, height: HEIGHT });
  const id = `played-${newId()}`;
  played.setAttribute("clip-path", `url(#${id})`);
  const picture = drawing("svg", { viewBox: `0 0 ${peaks.length} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    drawing("defs", {}, drawing("clipPath", { id }, clip)), bars, played);

  const seek = element("input", { type: "range", min: 0, max: seconds, step: 0.1, value: 0, "aria-label": words.position });
  const time = element("time", {}, clock(seconds));
  const button = element("button", { type: "button", "aria-label": words.play }, "▶");

  const draw = () => {
    clip.setAttribute("width", (audio.currentTime / seconds) * peaks.length);
    seek.value = audio.currentTime;
    seek.setAttribute("aria-valuetext", clock(audio.currentTime));
    time.textContent = audio.currentTime > 0 ? `${clock(audio.currentTime)} / ${clock(seconds)}` : clock(seconds);
  };
  const show = () => {
    button.textContent = audio.paused ? "▶" : "❚❚";
    button.setAttribute("aria-label", audio.paused ? words.play : words.pause);
  };
  button.addEventListener("click", () => (audio.paused ? audio.play() : audio.pause()));
  seek.addEventListener("input", () => { audio.currentTime = Number(seek.value); draw(); });
  audio.addEventListener("timeupdate", draw);
  audio.addEventListener("play", () => {
    if (playing !== audio) playing?.pause();
    playing = audio;
    show();
  });
  for (const name of ["pause", "ended"]) audio.addEventListener(name, show);

  return element("div", { class: "player" }, button, element("div", { class: "wave" }, picture, seek), time);
}

function wave(peaks, name) {
  const bars = peaks.map((peak, x) => {
    const height = Math.max(3, (peak / 255) * HEIGHT);
    return `M${x + 0.15} ${(HEIGHT - height) / 2}h.7v${height}h-.7z`;
  });
  return drawing("path", { class: name, d: bars.join("") });
}
