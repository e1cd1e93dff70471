"use strict";
// The page of the handset. It shows what the API beside it tells: calls ring,
// are heard and drawn; texts arrive as bubbles. Nothing is kept here.
(() => {
  const $ = (id) => document.getElementById(id);
  const rate = 8000, keptMessages = 200, keptCalls = 60;
  const calls = new Map(), messages = new Map();
  const quiet = matchMedia("(prefers-reduced-motion: reduce)");
  let shown = "";     // the call on the screen
  let linger = 0;     // timer that clears an ended call away
  let dirty = false;  // something waits to be drawn

  const make = (tag, props = {}, ...children) => {
    const node = Object.assign(document.createElement(tag), props);
    node.append(...children);
    return node;
  };
  const icon = (name) => {
    const ns = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(ns, "svg"), use = document.createElementNS(ns, "use");
    use.setAttribute("href", "#" + name);
    svg.setAttribute("aria-hidden", "true");
    svg.append(use);
    return svg;
  };
  const clock = (t) => new Date(t).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const span = (s) => Math.floor(s / 60) + ":" + String(Math.floor(s % 60)).padStart(2, "0");
  const post = (path, body) => fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body ?? {}),
  }).catch(() => {});
  const later = () => {
    if (dirty) return;
    dirty = true;
    setTimeout(() => { dirty = false; draw(); }, 40);
  };

  // ---- sound -------------------------------------------------------------

  const sound = {
    context: null, ringing: 0, gain: null,
    get on() { return $("sound").checked && this.context?.state === "running"; },
    async enable(on) {
      if (!on) { this.stopRing(); live.mute(); return; }
      this.context ??= new AudioContext();
      await this.context.resume();
      later();
    },
    // ring is a bell of two tones, two bursts every three seconds.
    ring() {
      if (!this.on || this.ringing) return;
      const burst = () => {
        for (const at of [0, 0.45]) for (const hz of [880, 1108.73]) {
          const t = this.context.currentTime + at, tone = this.context.createOscillator(), volume = this.context.createGain();
          tone.frequency.value = hz;
          volume.gain.setValueAtTime(0, t);
          volume.gain.linearRampToValueAtTime(0.09, t + 0.02);
          volume.gain.exponentialRampToValueAtTime(0.001, t + 0.4);
          tone.connect(volume).connect(this.context.destination);
          tone.start(t);
          tone.stop(t + 0.42);
        }
      };
      burst();
      this.ringing = setInterval(burst, 3000);
    },
    stopRing() { clearInterval(this.ringing); this.ringing = 0; },
  };

  // live follows the sound of the call on the screen: it asks for the samples
  // that came since, plays them and keeps their peaks for the wave.
  const live = {
    id: "", from: 0, peaks: [], began: 0, next: 0, timer: 0, sources: new Set(), busy: false,
    follow(id) {
      if (this.id === id) return;
      this.stop();
      Object.assign(this, { id, from: 0, peaks: [], began: 0, next: 0 });
      if (id) this.timer = setInterval(() => this.poll(), 180);
    },
    stop() { clearInterval(this.timer); this.id = ""; this.mute(); },
    mute() { for (const s of this.sources) s.stop(); this.sources.clear(); this.next = 0; },
    async poll() {
      if (this.busy) return;
      this.busy = true;
      const id = this.id, first = this.from === 0;
      try {
        const response = await fetch(`calls/${id}/audio.pcm?from=${this.from}`);
        if (!response.ok || id !== this.id) return;
        const pcm = new Int16Array(await response.arrayBuffer());
        if (!pcm.length || id !== this.id) return;
        this.from += pcm.length;
        if (first) this.began = performance.now() - 1000 * pcm.length / rate;
        this.take(pcm);
      } catch { /* the connection broke; the next poll tries again */ } finally { this.busy = false; }
    },
    take(pcm) {
      for (let i = 0; i < pcm.length; i += 160) {
        let peak = 0;
        for (let j = i; j < Math.min(i + 160, pcm.length); j++) peak = Math.max(peak, Math.abs(pcm[j]));
        this.peaks.push(peak / 32768);
      }
      if (!sound.on) return;
      const context = sound.context, ahead = 0.12;
      if (this.next < context.currentTime) {
        this.next = context.currentTime + ahead;
        if (pcm.length > rate) pcm = pcm.subarray(pcm.length - rate / 4); // join in, don't catch up
      }
      const buffer = context.createBuffer(1, pcm.length, rate), channel = buffer.getChannelData(0);
      for (let i = 0; i < pcm.length; i++) channel[i] = pcm[i] / 32768;
      const source = context.createBufferSource();
      source.buffer = buffer;
      source.connect(context.destination);
      source.onended = () => this.sources.delete(source);
      source.start(this.next);
      this.sources.add(source);
      this.next += buffer.duration;
    },
  };

  const wave = $("wave"), pen = wave.getContext("2d");
  function drawWave() {
    requestAnimationFrame(drawWave);
    if (!live.id && !live.peaks.length) return;
    const scale = devicePixelRatio || 1, width = wave.clientWidth * scale, height = wave.clientHeight * scale;
    if (!width) return;
    if (wave.width !== Math.round(width) || wave.height !== Math.round(height)) { wave.width = width; wave.height = height; }
    pen.clearRect(0, 0, wave.width, wave.height);
    const bar = 3 * scale, step = 5 * scale, bars = Math.floor(wave.width / step);
    const now = live.began ? (performance.now() - live.began) / 20 - 16 : 0;
    const fill = pen.createLinearGradient(0, 0, wave.width, 0);
    fill.addColorStop(0, "rgb(255 255 255 / .15)");
    fill.addColorStop(1, "rgb(255 255 255 / .95)");
    pen.fillStyle = fill;
    const slide = quiet.matches ? 0 : now - Math.floor(now);
    for (let i = 0; i < bars; i++) {
      const at = Math.floor(now) - bars + i, peak = live.peaks[at] ?? 0;
      const tall = Math.max(bar, Math.min(1, Math.sqrt(peak) * 1.15) * wave.height);
      pen.beginPath();
      pen.roundRect((i - slide) * step, (wave.height - tall) / 2, bar, tall, bar / 2);
      pen.fill();
    }
  }

  // ---- the phone ---------------------------------------------------------

  const alive = (c) => c && c.state !== "ended";
  const outcomes = { completed: "Call ended", canceled: "Missed call", busy: "Busy", rejected: "Declined", no_answer: "No answer", unreachable: "Unreachable", failed: "Call failed" };

  function pick() {
    if (alive(calls.get(shown))) return;
    const next = [...calls.values()].filter(alive).at(-1);
    if (next) { shown = next.id; clearTimeout(linger); linger = 0; keypad(false); return; }
    if (shown && !linger) linger = setTimeout(() => { shown = ""; linger = 0; draw(); }, 2500);
  }

  function drawCall() {
    pick();
    const c = calls.get(shown), view = $("call"), screen = view.parentElement;
    view.hidden = !c;
    screen.classList.toggle("on-call", !!c);
    if (!c) { live.follow(""); sound.stopRing(); return; }
    view.classList.toggle("ringing", c.state === "ringing");
    view.classList.toggle("answered", c.state !== "ringing");
    $("call-from").textContent = c.from || "Unknown caller";
    $("call-to").textContent = "to " + c.to;
    $("answer").hidden = c.state !== "ringing";
    $("keys").hidden = c.state !== "answered";
    $("decline").hidden = c.state === "ended";
    $("decline").lastElementChild.textContent = c.state === "ringing" ? "Decline" : "Hang up";
    if (c.state !== "answered") keypad(false);
    drawState();
    const heard = $("heard");
    heard.hidden = !c.heard;
    if (c.heard && heard.dataset.digits !== c.heard) {
      heard.dataset.digits = c.heard;
      $("heard-digits").replaceChildren(...[...c.heard].map((d) => make("b", { textContent: d })));
      $("heard-digits").setAttribute("aria-label", [...c.heard].join(" "));
      $("heard-locale").textContent = c.locale ? " · " + c.locale : "";
    }
    if (!c.heard) delete heard.dataset.digits;
    if (c.state === "ringing") sound.ring(); else sound.stopRing();
    if (c.state === "answered") live.follow(c.id); else live.stop();
  }

  function drawState() {
    const c = calls.get(shown);
    if (!c) return;
    let text = outcomes[c.outcome] ?? "Call ended";
    if (c.state === "ringing") text = c.manual ? "Incoming call" : "Incoming call · answers by itself";
    if (c.state === "answered") text = span((Date.now() - Date.parse(c.answered_at)) / 1000) + " · " + c.codec;
    if ($("call-state").textContent !== text) $("call-state").textContent = text;
  }

  function keypad(open) {
    $("keypad").hidden = !open;
    $("keys").setAttribute("aria-expanded", String(open));
  }

  function press(key) {
    if (calls.get(shown)?.state !== "answered") return;
    const button = document.querySelector(`[data-key="${key}"]`);
    button?.classList.add("down");
    setTimeout(() => button?.classList.remove("down"), 150);
    post(`calls/${shown}/keys`, { digits: key });
  }

  // bubble writes a message; its code stands out, as a phone's keyboard would offer it.
  function bubble(m) {
    const text = make("p"), code = /(?<!\d)\d{4,10}(?!\d)/.exec(m.text);
    if (code) text.append(m.text.slice(0, code.index), make("mark", { textContent: code[0] }), m.text.slice(code.index + code[0].length));
    else text.textContent = m.text;
    const item = make("li", { className: "message" },
      make("header", {}, make("strong", { textContent: m.from || "Unknown" }), make("span", { textContent: "to " + m.to }),
        make("time", { dateTime: m.received_at, textContent: clock(m.received_at) })), text);
    if (m.segments > 1) item.append(make("footer", { textContent: `${m.segments} segments · ${m.encoding}` }));
    return item;
  }

  const drawn = new Set();
  let loaded = false; // what comes from now on arrives; what was there is just shown
  function drawMessages() {
    const list = $("messages"), atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
    $("empty").hidden = messages.size > 0;
    const fresh = [...messages.values()].slice(-keptMessages).filter((m) => !drawn.has(m.id));
    if (!fresh.length) return;
    for (const m of fresh) {
      const item = bubble(m);
      item.classList.toggle("arriving", loaded);
      drawn.add(m.id);
      list.append(item);
    }
    while (list.children.length > keptMessages) list.firstChild.remove();
    if (atEnd || fresh.length === list.children.length) list.scrollTop = list.scrollHeight;
  }

  const player = $("player");
  let recent = "";
  function drawRecent() {
    const rows = [...calls.values()].reverse().slice(0, keptCalls);
    const now = JSON.stringify([rows, player.dataset.call, player.paused]);
    if (now === recent) return; // a redrawn button would lose the keyboard's focus
    recent = now;
    $("no-calls").hidden = rows.length > 0;
    $("recent").replaceChildren(...rows.map((c) => {
      const what = c.state === "ended" ? outcomes[c.outcome] ?? c.outcome : c.state === "ringing" ? "Ringing" : "In call";
      const facts = [clock(c.started_at), what];
      if (c.audio_seconds > 0) facts.push(span(c.audio_seconds));
      if (c.lost > 0) facts.push(c.lost + " lost");
      const row = make("li", { className: c.state === "ended" ? c.outcome : "live" },
        make("span", { className: "dot" }),
        make("span", { className: "text" }, make("strong", { textContent: c.to }), make("small", { textContent: facts.join(" · ") })));
      if (c.heard) row.append(make("span", { className: "code", textContent: c.heard, title: "heard in the call" }));
      if (c.state === "ended" && c.audio_seconds > 0) {
        const playing = player.dataset.call === c.id && !player.paused;
        const button = make("button", { type: "button", className: playing ? "on" : "" }, icon(playing ? "i-pause" : "i-play"));
        button.setAttribute("aria-label", (playing ? "Stop" : "Replay") + " the call to " + c.to);
        button.onclick = () => replay(c.id, playing);
        row.append(button);
      }
      return row;
    }));
  }

  function replay(id, stop) {
    if (stop) { player.pause(); later(); return; }
    player.dataset.call = id;
    player.src = `calls/${id}/audio.wav`;
    player.play().catch(() => {}).finally(later);
  }

  function draw() { drawCall(); drawMessages(); drawRecent(); }

  // ---- what arrives ------------------------------------------------------

  function keep(map, value, most) {
    map.set(value.id, value);
    while (map.size > most) map.delete(map.keys().next().value);
    later();
  }

  async function load() {
    const [c, m] = await Promise.all(["calls", "messages"].map((path) => fetch(path).then((r) => r.json())));
    calls.clear();
    messages.clear();
    drawn.clear();
    loaded = false;
    $("messages").replaceChildren();
    for (const call of c.data.slice(0, keptCalls).reverse()) calls.set(call.id, call);
    for (const message of m.data.slice(0, keptMessages).reverse()) messages.set(message.id, message);
    draw();
    loaded = true;
  }

  const stream = new EventSource("events");
  stream.addEventListener("phone", (e) => {
    $("manual").checked = JSON.parse(e.data).manual;
    document.body.classList.add("online");
    $("link").textContent = "";
    load().catch(() => {});
  });
  stream.addEventListener("call", (e) => keep(calls, JSON.parse(e.data), keptCalls));
  stream.addEventListener("message", (e) => { if (e.data) keep(messages, JSON.parse(e.data), 2 * keptMessages); });
  stream.onerror = () => { document.body.classList.remove("online"); $("link").textContent = "no service"; };

  for (const key of "123456789*0#") {
    const button = make("button", { type: "button", textContent: key, onclick: () => press(key) });
    button.dataset.key = key;
    button.setAttribute("aria-label", { "*": "star", "#": "hash" }[key] ?? key);
    $("keypad").append(button);
  }
  $("keys").onclick = () => keypad($("keypad").hidden);
  $("answer").onclick = () => post(`calls/${shown}/answer`);
  $("decline").onclick = () => post(`calls/${shown}/hangup`);
  $("manual").onchange = (e) => post("phone", { manual: e.target.checked });
  $("sound").onchange = (e) => sound.enable(e.target.checked);
  for (const name of ["ended", "pause", "play"]) player.addEventListener(name, later);
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input")) return;
    if (/^[0-9*#]$/.test(e.key)) press(e.key);
  });

  const tick = () => { $("clock").textContent = clock(Date.now()); drawState(); };
  tick();
  setInterval(tick, 500);
  drawWave();
})();
