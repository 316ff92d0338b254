// nlp.js learns the phrasings it is given on standard input and is asked the questions; one JSON line of shares.
const { NlpManager } = require("node-nlp");
const told = JSON.parse(require("fs").readFileSync(0, "utf8"));

async function measured() {
  const manager = new NlpManager({ languages: [told.language], forceNER: false, autoSave: false, nlu: { log: false } });
  for (const [intent, texts] of Object.entries(told.taught)) {
    for (const text of texts) manager.addDocument(told.language, text, intent);
  }
  await manager.train();
  let first = 0, three = 0;
  for (const [text, intent] of told.asked) {
    const found = await manager.process(told.language, text);
    const names = found.classifications.map((one) => one.intent).filter((name) => name !== "None").slice(0, 3);
    first += names[0] === intent;
    three += names.includes(intent);
  }
  const share = (hits) => Math.round((1000 * hits) / told.asked.length) / 1000;
  return { name: "node-nlp", accuracy: share(first), top3: share(three) };
}

measured().then((figures) => console.log(JSON.stringify(figures)));
