"""What the shop sells. Prices are in euro cents."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One article; ``slug`` is its name in addresses, and its picture is ``static/images/<slug>.svg``."""

    slug: str
    name: str
    price: int
    line: str
    story: str
    facts: tuple[tuple[str, str], ...]


PRODUCTS = (
    Product(
        slug="storm-lantern",
        name="Storm lantern",
        price=4250,
        line="Burns through a gale and half the night.",
        story="A hurricane lantern with a brass burner and a globe that lifts with one thumb. It has lit more "
        "supper tables than summits, and it does not mind.",
        facts=(("Burns for", "14 hours"), ("Weight", "780 g"), ("Height", "24 cm")),
    ),
    Product(
        slug="drover-pack",
        name="Drover pack",
        price=9800,
        line="Thirty-eight litres of waxed canvas.",
        story="Two straps, one lid, no zips to jam. The canvas is waxed by hand and can be waxed again at home, "
        "so that it outlives the plans you carry in it.",
        facts=(("Volume", "38 litres"), ("Weight", "1.3 kg"), ("Cloth", "Waxed cotton, 18 oz")),
    ),
    Product(
        slug="waymark-boots",
        name="Waymark boots",
        price=12900,
        line="Stitched, not glued; resoled, not replaced.",
        story="Full-grain leather over a cork footbed that learns your stride within a week. Send them back when "
        "the soles are gone and we put on new ones.",
        facts=(("Leather", "2.6 mm, full grain"), ("Weight", "620 g each"), ("Resoling", "For life")),
    ),
    Product(
        slug="enamel-mug",
        name="Enamel mug",
        price=1200,
        line="For coffee, soup and keeping maps flat.",
        story="Steel under two coats of enamel. It chips where you drop it, and each chip is a place you have been.",
        facts=(("Holds", "350 ml"), ("Weight", "130 g"), ("Dishwasher", "Yes")),
    ),
    Product(
        slug="bivouac-blanket",
        name="Bivouac blanket",
        price=7400,
        line="Warm when wet, handsome when dry.",
        story="Woven from recycled wool in a mill that has done little else since 1851. Big enough for two who "
        "get along.",
        facts=(("Size", "150 by 200 cm"), ("Weight", "1.6 kg"), ("Wool", "80 % recycled")),
    ),
    Product(
        slug="pocket-compass",
        name="Pocket compass",
        price=3600,
        line="Points north. Needs no charging.",
        story="A liquid-damped needle in a brass case with a lid, accurate to a degree and small enough to forget "
        "about until it matters.",
        facts=(("Accuracy", "± 1°"), ("Weight", "95 g"), ("Diameter", "45 mm")),
    ),
)

BY_SLUG = {product.slug: product for product in PRODUCTS}


def matching(words: str) -> tuple[Product, ...]:
    """Return the products whose name or line contains every word, all of them when there are no words."""
    wanted = words.lower().split()
    return tuple(p for p in PRODUCTS if all(word in f"{p.name} {p.line}".lower() for word in wanted))


def euros(cents: int) -> str:
    """Return an amount as customers read it."""
    return f"€{cents / 100:.2f}"
