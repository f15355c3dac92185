"""Charts as numbers."""

from newsportal.core.charts import HEIGHT, WIDTH, line, share, up_and_down


def test_a_line_runs_from_edge_to_edge_between_its_lowest_and_highest():
    chart = line([("a", 100, ""), ("b", 150, "x"), ("c", 125, "")])
    assert [mark.x for mark in chart.marks] == [0, WIDTH / 2, WIDTH]
    assert chart.marks[0].y > chart.marks[2].y > chart.marks[1].y > 0
    assert (chart.low, chart.high, chart.path.count("L")) == (100, 150, 2)


def test_a_line_that_stays_level_is_drawn():
    chart = line([("a", 7, ""), ("b", 7, "")])
    assert chart.marks[0].y == chart.marks[1].y == HEIGHT - 8


def test_nothing_is_a_chart_too():
    assert line([]).marks == []
    assert up_and_down([])[0].marks == []


def test_both_sides_have_one_scale_and_the_least_can_be_seen():
    ups, downs = up_and_down([("a", 1000, 1, ""), ("b", 0, 500, "")])
    assert ups.marks[0].height > downs.marks[1].height > downs.marks[0].height >= 2
    assert ups.marks[1].height == 0


def test_a_share_can_be_seen_and_is_no_more_than_the_whole():
    assert (share(1, 10_000), share(5, 10), share(10, 10), share(0, 10), share(0, 0)) == (1, 50, 100, 0, 0)
