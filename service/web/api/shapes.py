"""What every part of the API says and asks alike: the base of its answers, of its parameters and bodies, and reasons."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Out(BaseModel):
    """What programs get."""

    model_config = ConfigDict(from_attributes=True)


class Parameters(BaseModel):
    """What programs may ask; a name that is not listed is refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class ReasonOut(Out):
    """One part of the reasons of a match."""

    text: str
    tone: str = Field(description="good, short, bad or unknown.")
