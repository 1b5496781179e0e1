from tests.testing.components import *
def test_form(live):
    page = live.open(Form)
    page.submit("form", name="Ana", size="Large", colour="blue", notes="x\ny")
    print(page.component(Form).state.saved)
    page.check("Hot")
    page.submit()
    print(page.text(), page.find("#id_name").value)
    page.fill("Name","half"); page.click("Touch"); assert page.find("#id_name").value == "half"
    print("\n".join(page.frames))
def test_rows(live):
    page=live.open(Rows)
    row=page.find_all("li")[1]
    row.click("Hit"); row.click("Hit"); print(page.texts("li"))
    page.call("rename", title="z"); print(page.html)
    page.call("order", labels=["c","b","a"]); print(page.texts("li"), page.components)
def test_keys(live):
    page=live.open(Keys)
    page.press("Escape"); page.press("Enter","q"); page.fill("q","hi"); page.fire("done","q",detail=3)
    page.click("Once"); page.click("Once"); page.drag("Card","Lane"); page.click("Inner"); page.click("Outer")
    page.click("Ask", confirm=False); page.click("Ask")
    print(page.text("output"), page.questions)
