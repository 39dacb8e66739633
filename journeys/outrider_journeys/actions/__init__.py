"""Step actions: the verbs of journeys. ``contract`` is what each implements, ``registry`` makes a language of them."""
