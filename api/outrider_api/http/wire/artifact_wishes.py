"""When the files of one run are kept, as whoever asks for the run says."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

Word: TypeAlias = Literal["always", "on_failure", "never"]
Kind: TypeAlias = Literal["screenshots", "trace", "video", "har", "console", "network", "vitals", "aria"]
ArtifactWish: TypeAlias = Annotated[
    Word | dict[Kind, Word] | None,
    Field(
        description="When files are kept, in place of what the journey says: by kind, or in one word for those kinds "
        "that cost little (`never`: for all)."
    ),
]
