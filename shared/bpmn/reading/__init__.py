"""From bytes to the model: trustworthy XML, the part of BPMN that is supported, references, declarations."""
