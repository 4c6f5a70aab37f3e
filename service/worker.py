"""The job process: it imports every module's tasks, answers facts, and does what the clock asks for.

It is a process of its own, so that long work never makes a page wait.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from typing import TypeVar
from uuid import UUID

import structlog
from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.jobs import Status

import service
from service.core import events, files, mail, post
from service.core.db import APP_ROLE, Database, libpq_url
from service.core.settings import Settings

log = structlog.get_logger("worker")

STALLED_SECONDS = 30
MOST_ATTEMPTS = 5
# A mail server that asks to come back later (greylisting, a full queue) is asked again for some five hours.
MAIL_RETRY = RetryStrategy(max_attempts=post.MOST_ATTEMPTS, exponential_wait=5)
RETRY = RetryStrategy(max_attempts=MOST_ATTEMPTS, exponential_wait=4)


def load_tasks() -> None:
    """Import the tasks of every module, so that their answers and chores are known."""
    for module in pkgutil.iter_modules(service.__path__, "service."):
        if module.ispkg:
            try:
                importlib.import_module(f"{module.name}.tasks")
            except ModuleNotFoundError as missing:
                if missing.name != f"{module.name}.tasks":
                    raise


def create_worker(database: Database, settings: Settings | None = None) -> App:
    """The queue's application with every task: one delivers facts, one gives an answer, and the chores run by the clock."""
    load_tasks()
    known = settings or Settings()
    database.info["files"] = files.open_store(known)
    options = f"-c timezone=Asia/Ho_Chi_Minh -c role={APP_ROLE}"
    app = App(connector=PsycopgConnector(conninfo=libpq_url(database.url), kwargs={"options": options}, min_size=1, max_size=4))
    short, long = _by_name(events.answers), _by_name(events.long_answers)
    facts = {name: fact for name, (fact, _answer) in (short | long).items()}

    @app.task(name="deliver", retry=RETRY)
    async def deliver(entry: str) -> None:
        """Queue one job for each answer to the fact, so that each is tried again alone."""
        async with database.transaction() as session:
            told = await session.get(events.JournalEntry, UUID(entry))
            for name, fact in facts.items():
                if told is not None and fact.__name__ == told.fact:
                    await events.enqueue(session, "answer", entry=entry, name=name)

    @app.task(name="answer", retry=RETRY)
    async def answer(entry: str, name: str) -> None:
        """Give one answer to one fact, in a transaction of its own; a long one opens its own."""
        async with database.transaction() as session:
            told = await session.get(events.JournalEntry, UUID(entry))
            if told is not None and name in short:
                fact, reply = short[name]
                await reply(session, events.revive(fact, told))
        if told is not None and name in long:
            fact, work = long[name]
            await work(database, events.revive(fact, told))

    _carry_mail(app, database, known)
    for chore, cron in events.chores.items():
        _run_by_the_clock(app, database, chore, cron)

    _take_up_again(app)
    return app


AnswerT = TypeVar("AnswerT", events.Answer, events.LongAnswer)


def _by_name(answers: Mapping[type[events.Event], Sequence[AnswerT]]) -> dict[str, tuple[type[events.Event], AnswerT]]:
    return {_name(answer): (fact, answer) for fact, them in answers.items() for answer in them}


def _take_up_again(app: App) -> None:
    @app.periodic(cron="* * * * *")
    @app.task(name="retry_stalled", queueing_lock="retry_stalled")
    async def retry_stalled(timestamp: int) -> None:  # noqa: ARG001 - the queue hands it to every periodic task.
        """Take up again what a killed worker left half done; a job that has killed five workers is given up."""
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
            if job.attempts >= MOST_ATTEMPTS:
                await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
            else:
                await app.job_manager.retry_job(job)


def _carry_mail(app: App, database: Database, settings: Settings) -> None:
    @app.task(name=mail.JOB, retry=MAIL_RETRY)
    async def send_mail(mail: str) -> None:
        """Hand one mail to the server that carries it."""
        await post.deliver(database, settings, UUID(mail))


def _name(task: events.Answer | events.LongAnswer | events.Chore) -> str:
    return f"{task.__module__}.{task.__qualname__}"


def _run_by_the_clock(app: App, database: Database, chore: events.Chore, cron: str) -> None:
    name = _name(chore)

    @app.periodic(cron=cron)
    @app.task(name=name, queueing_lock=name)
    async def run(timestamp: int) -> None:  # noqa: ARG001 - the queue hands it to every periodic task.
        async with database.transaction() as session:
            await chore(session)


async def work(database: Database) -> None:
    """Work until stopped; what is running is brought to its end first."""
    app = create_worker(database)
    async with app.open_async():
        log.info("worker ready", answers=sum(map(len, events.answers.values())), chores=len(events.chores))
        await app.run_worker_async(concurrency=4, install_signal_handlers=True, shutdown_graceful_timeout=20)
