"""What every possible run of a process shows (``soundness/``): tokens that wait for ever, work that is overwritten."""

from shared.bpmn.findings import Findings
from shared.bpmn.model import Process
from shared.bpmn.reading.library import Library
from shared.bpmn.soundness.analysis import Analysis
from shared.bpmn.soundness.flags import Writing
from shared.bpmn.soundness.judging import check_soundness
from shared.bpmn.soundness.together import check_written_together
from shared.bpmn.vocabulary import Vocabulary


def check_together(process: Process, library: Library, vocabulary: Vocabulary, findings: Findings) -> None:
    """Plays every scope of the process within bounds."""
    forms = {key: form.outputs for key, form in library.forms.items()}
    operations = {name: operation.writes for name, operation in vocabulary.operations.items()}
    analysis = Analysis(library.processes, writing=Writing(forms, operations))
    check_written_together(process, library, analysis, findings)
    check_soundness(process, analysis, findings)
