// Browsers refuse to start a worker for a page that was opened from a file. The search of this site
// has one, so its script then runs in a hidden frame instead: same messages, same order.
if (location.protocol === "file:") {
  window.Worker = class {
    constructor(url) {
      this.waiting = [];
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      document.body.append(this.frame);
      const inner = this.frame.contentWindow;
      inner.postMessage = (data) => setTimeout(() => this.onmessage?.({ data }));
      const script = inner.document.createElement("script");
      script.src = new URL(url, location.href).href;
      script.onload = () => this.start(inner);
      script.onerror = (event) => this.onerror?.(event);
      inner.document.body.append(script);
    }

    start(inner) {
      this.inner = inner;
      this.waiting.splice(0).forEach((data) => this.postMessage(data));
    }

    postMessage(data) {
      if (this.inner) setTimeout(() => this.inner.onmessage?.({ data }));
      else this.waiting.push(data);
    }

    terminate() {
      this.frame.remove();
    }
  };
}
