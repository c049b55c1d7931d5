// Opens each BPMN file given with bpmn-moddle, lints it under the rules of .bpmnlintrc; prints one JSON object.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BpmnModdle } from 'bpmn-moddle';

const require = createRequire(import.meta.url);
const { Linter } = require('bpmnlint');
const NodeResolver = require('bpmnlint/lib/resolver/node-resolver');

const config = JSON.parse(readFileSync(new URL('../../.bpmnlintrc', import.meta.url), 'utf8'));
const resolver = new NodeResolver({ require });
const found = {};
for (const file of process.argv.slice(2)) {
  const linter = new Linter({ config, resolver }); // one a file: some rules remember what they saw
  const { rootElement, warnings } = await new BpmnModdle().fromXML(readFileSync(file, 'utf8'));
  const reports = Object.entries(await linter.lint(rootElement)).flatMap(([rule, list]) =>
    list.map(({ category, id, message }) => ({ rule, category, id, message })));
  found[file] = { warnings: warnings.map((warning) => warning.message), reports };
}
console.log(JSON.stringify(found));
