"""Renders the texts of a playbook: sandboxed, escaped for where they are read, and bounded."""

from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
)
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from chatops.adapters.playbooks.filters import ReadableNames, filters, finished, shown
from chatops.domain.errors import UserError
from chatops.domain.messages.templates import OutputFormat

#: Jinja's own filters that texts may use. Those that mark text as safe are not among them.
PLAIN_FILTERS = (
    "abs", "capitalize", "count", "default", "first", "int", "last", "length", "list", "lower",
    "map", "max", "min", "reject", "rejectattr", "reverse", "round", "select", "selectattr",
    "slice", "sort", "sum", "trim", "unique", "upper",
)  # fmt: skip

#: No text comes near it; a text that does has run away.
_LONGEST = 200_000
#: What a text's file name ends with.
SUFFIX = ".j2"
#: What a text meets that asks a fact for something it does not have.
_WRONG_FACTS = (TypeError, ValueError, AttributeError, LookupError, ArithmeticError)


class BrokenText(UserError):
    """A text of a playbook cannot be rendered; ``file`` names the text that it fails in."""

    def __init__(self, file: str, line: int, why: str) -> None:
        self.file, self.line, self.why = file, line, why
        super().__init__(f"The text {file}.j2 cannot be shown (line {line}): {why}")


class _Sources(BaseLoader):
    """Hands out the texts of a snapshot under file names, which errors can tell."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def get_source(
        self, environment: Any, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        del environment
        name = template.removesuffix(SUFFIX)
        if name not in self._texts:
            raise TemplateNotFound(template)
        return self._texts[name], f"{name}{SUFFIX}", None


class _Compiled(BytecodeCache):
    """What texts were compiled to, for every sandbox: compiling costs more than most renderings."""

    _MOST = 4096

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if len(self._kept) >= self._MOST:
            self._kept.clear()
        self._kept[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


class _Writer(CodeGenerator):
    """Jinja's own code generator, but for what ``~`` means, and for filters.

    They are applied when a text is rendered, even to what is constant: so the code of a text is
    the same on every surface, and for whatever names.
    """

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        if next(node.find_all(nodes.Filter), None) or isinstance(node, nodes.Filter):
            raise nodes.Impossible
        return super()._output_child_to_const(node, frame, finalize)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        self.write("environment.joined(")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write(")")


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja without the ways to run long, to reach Python, or to declare text as safe."""

    code_generator_class = _Writer
    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if operator == "**" or not numbers:
            message = f"“{operator}” is only for small sums with numbers"
            raise SecurityError(message)
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if attr in getattr(type(obj), "__dataclass_fields__", ()):  # most are; Jinja looks long
            return not attr.startswith("_")
        return super().is_safe_attribute(obj, attr, value)

    def joined(self, *parts: object) -> object:
        """What ``~`` means: each part enters as it would on its own."""
        shaped = [self.finalize(part) if self.finalize else part for part in parts]
        if any(hasattr(part, "__html__") for part in shaped):
            return Markup().join(escape(part) for part in shaped)
        return "".join(map(str, parts))


def environment(texts: Mapping[str, str], output: OutputFormat, names: ReadableNames) -> Sandbox:
    """A place to render ``texts`` in, for one surface."""
    sandbox = Sandbox(
        loader=_Sources(texts),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=shown(output),
        cache_size=200,
        auto_reload=False,
        optimized=False,
        bytecode_cache=_COMPILED,
    )
    sandbox.globals = {}
    sandbox.filters = {name: FILTERS[name] for name in PLAIN_FILTERS} | dict(filters(output, names))
    return sandbox


def render(
    sandbox: Sandbox, text: str, *, output: OutputFormat, facts: Mapping[str, object]
) -> str:
    """The text called ``text``, with ``facts`` in it.

    Raises:
        BrokenText: it is not there, says something Jinja does not know, uses a name that it may
            not use, or does not end.
    """
    try:
        return finished(_bounded(sandbox, text, facts), output)
    except TemplateNotFound as error:
        raise BrokenText(text, 1, f"there is no text “{error.name}”") from error
    except RecursionError as error:
        raise BrokenText(text, 1, "it includes itself") from error
    except TemplateSyntaxError as error:
        why = error.message or "it is not understood"
        raise BrokenText(error.name or text, error.lineno, why) from error
    except (TemplateError, *_WRONG_FACTS) as error:
        file, line = _place(error, text)
        raise BrokenText(file, line, str(error) or type(error).__name__) from error


def _bounded(sandbox: Sandbox, text: str, facts: Mapping[str, object]) -> str:
    parts: list[str] = []
    size = 0
    for part in sandbox.get_template(text).generate(facts):
        parts.append(part)
        size += len(part)
        if size > _LONGEST:
            raise BrokenText(text, 1, f"it grows beyond {_LONGEST:,} characters")
    return "".join(parts)


def _place(error: BaseException, text: str) -> tuple[str, int]:
    """The text and line on which ``error`` arose."""
    found, trace = (text, 1), error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.endswith(SUFFIX):
            found = (file.removesuffix(SUFFIX), trace.tb_lineno)
        trace = trace.tb_next
    return found
