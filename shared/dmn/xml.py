"""DMN's XML, read without entities, network or document type; elements by their local name."""

from collections.abc import Iterator

from lxml import etree

from shared.dmn.errors import DmnRefused, Finding

MAX_BYTES = 2_000_000
MAX_DEPTH = 100
NAMESPACES = frozenset(
    (
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",  # 1.1
        "http://www.omg.org/spec/DMN/20180521/MODEL/",  # 1.2
        "https://www.omg.org/spec/DMN/20191111/MODEL/",  # 1.3
        "https://www.omg.org/spec/DMN/20211108/MODEL/",  # 1.4
        "https://www.omg.org/spec/DMN/20230324/MODEL/",  # 1.5
    )
)
FEEL_LANGUAGES = frozenset(
    (
        "http://www.omg.org/spec/FEEL/20140401",
        "http://www.omg.org/spec/DMN/20180521/FEEL/",
        "https://www.omg.org/spec/DMN/20191111/FEEL/",
        "https://www.omg.org/spec/DMN/20211108/FEEL/",
        "https://www.omg.org/spec/DMN/20230324/FEEL/",
        "feel",
        "FEEL",
    )
)


def _refuse(code: str, message: str) -> DmnRefused:
    return DmnRefused((Finding("", "", code, message),))


def read_root(content: bytes) -> etree._Element:
    """The `definitions` element; DmnRefused for anything else, a document type included."""
    if len(content) > MAX_BYTES:
        raise _refuse("too_large", f"the file is larger than {MAX_BYTES} bytes")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as broken:
        raise _refuse("not_xml", f"the file is not XML ({type(broken).__name__})") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _refuse("doctype", "a document type (DOCTYPE) is not allowed")
    if _depth(root) > MAX_DEPTH:
        raise _refuse("too_deep", f"the elements are nested more than {MAX_DEPTH} deep")
    if local(root) != "definitions" or namespace(root) not in NAMESPACES:
        raise _refuse("not_dmn", "the file is not a DMN model of version 1.1 to 1.5")
    return root


def _depth(root: etree._Element) -> int:
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return etree.QName(element).localname


def namespace(element: etree._Element) -> str:
    """The namespace of an element, or nothing."""
    return etree.QName(element).namespace or ""


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The DMN elements directly inside, all or those of some names."""
    for child in element:
        if (
            isinstance(child.tag, str)
            and namespace(child) in NAMESPACES
            and (not names or local(child) in names)
        ):
            yield child


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child of that name."""
    return next(children(element, name), None)


def text_of(element: etree._Element | None, name: str = "text") -> str | None:
    """The text of a child, stripped; None without such a child."""
    found = None if element is None else child(element, name)
    return None if found is None else (found.text or "").strip()


def name_of(element: etree._Element) -> str:
    """An element's name with single spaces: its variable's when it has one."""
    return " ".join((element.get("name") or "").split())
