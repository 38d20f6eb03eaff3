"""What is shown of a long list: eight choices and one that turns the page; of many services, their groups first."""

from __future__ import annotations

from actions.intake.questions import SERVICE, Question
from actions.intake.say import Option, bound, options, unbound
from actions.intake.services import Catalogue
from actions.intake.state import State
from actions.intake.words import title
from bot.choices import read_choice

#: More choices than `MOST` are shown by pages of `PAGE`: on a phone without buttons a number has one digit.
MOST, PAGE = 9, 8
#: Keys of choices that answer nothing, but show others.
MORE, GROUP = "more", "group"


def shown(question: Question, state: State, language: str) -> tuple[Option, ...]:
    """Return the choices of the present page."""
    everything = _all(question, language)
    if len(everything) <= MOST:
        return everything
    pages = -(-len(everything) // PAGE)
    page = state.page % pages
    part = everything[page * PAGE : (page + 1) * PAGE]
    return part if page + 1 == pages else (*part, Option(turning(question.key, page + 1), title("more", language)))


def _all(question: Question, language: str) -> tuple[Option, ...]:
    titles = question.titles(language)
    if question.offered:
        return options(SERVICE, {code: titles[code] for code in question.offered})
    groups = _groups(question.catalogue, language) if question.catalogue else {}
    return options(GROUP, groups) if groups else options(question.key, titles)


def _groups(catalogue: Catalogue, language: str) -> dict[str, str]:
    """Return the groups' titles by their names, if there are too many services to show without."""
    groups, services = catalogue.groups(), len(catalogue.services)
    if services <= MOST or not 1 < len(groups) < services:
        return {}
    return {
        name: those[0].group_name(language).strip() or title("no_group", language) for name, those in groups.items()
    }


def of_group(catalogue: Catalogue, group: str) -> tuple[str, ...]:
    """Return the codes of a group's services."""
    return tuple(service.service_code for service in catalogue.groups().get(group, ()))


def values_shown(question: Question, choices: tuple[Option, ...]) -> list[str]:
    """Return the values that the numbers of the present page mean."""
    return [value for key, value in (unbound(choice.value) for choice in choices) if key == question.key]


def other_picked(text: str, question: Question, choices: tuple[Option, ...]) -> str | None:
    """Return the choice that `text` picks, by number or words, if it is one that shows others."""
    index = read_choice(text, [choice.title for choice in choices])
    picked = None if index is None else choices[index].value
    return picked if picked and unbound(picked)[0] != question.key else None


def turning(key: str, page: int) -> str:
    """Return what pressing "More" below this question means."""
    return bound(MORE, f"{page}:{key}")


def page_of(value: str) -> tuple[str, int]:
    """Return the question's key, and the page to turn to; the first when it is none of ours."""
    page, _, key = value.partition(":")
    return key, int(page) if page.isdecimal() and len(page) < 4 else 0
