import pytest
from playwright.sync_api import Page, expect


@pytest.fixture
def shop(page: Page, base_url: str):
    page.goto(f"{base_url}/")
    yield page
    page.close()


@pytest.fixture
def lantern(shop: Page):
    shop.get_by_test_id("product-storm-lantern").click()
    return shop.get_by_role("button", name="Add to cart")


class TestCart:
    WANTED = "1"

    def test_put_in_cart(self, lantern, shop: Page):
        lantern.click()
        expect(shop.get_by_test_id("cart-count")).to_have_text(self.WANTED)
        expect(shop.get_by_test_id("cart-count")).to_have_text(
            """
            1
        """.strip()
        )
