"""The science, one file a subject: equations above, posting rule below.

`SUBJECTS` is their order in a methodology chapter.
"""

SUBJECTS = ("workload", "electricity", "hardware", "water", "refrigerant", "intensity", "uncertainty")
