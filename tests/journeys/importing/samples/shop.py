import re

from playwright.sync_api import Page, expect


def test_order_a_lantern(page: Page) -> None:
    page.goto("http://127.0.0.1:8001/")
    page.get_by_test_id("product-storm-lantern").click()
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_test_id("cart-count")).to_have_text("1")
    page.goto("http://127.0.0.1:8001/checkout")
    page.get_by_label("Full name").fill("Ada Lovelace")
    page.get_by_label("Full name").press("Tab")
    page.get_by_label("Country").select_option(label="United Kingdom")
    page.get_by_role("checkbox", name=re.compile("accept", re.IGNORECASE)).check()
    expect(page.get_by_label("I accept the terms")).to_be_checked()
    expect(page).to_have_url(re.compile("/checkout$"))
    total = page.locator("h1").first.inner_text()
    page.get_by_label("Street and number").fill(f"1 {total}")
