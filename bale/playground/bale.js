// What `miniapp.js` of Bale is to a mini app, for one that is opened by the playground. Load it from here while
// developing. It knows the init data, `sendData`, `close` and what an app calls when it begins.
(() => {
  const initData = new URLSearchParams(location.hash.slice(1)).get("tgWebAppData") ?? "";
  const pairs = Object.fromEntries(new URLSearchParams(initData));
  const tell = (act, data) => parent.postMessage({ bale: true, act, data }, "*");
  const nothing = () => {};
  window.Bale = { WebApp: {
    initData,
    initDataUnsafe: { ...pairs, user: pairs.user ? JSON.parse(pairs.user) : undefined },
    version: "1.0",
    platform: "playground",
    colorScheme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
    ready: nothing,
    expand: nothing,
    close: () => tell("close"),
    sendData: (data) => tell("data", data),
    onEvent: nothing,
    offEvent: nothing,
  } };
})();
