use proptest::prelude::*;

use super::*;

fn marked(segments: &[Segment]) -> String {
    segments
        .iter()
        .map(|s| match s.sort {
            SegmentSort::Same => s.text.clone(),
            SegmentSort::Differs => format!("[{}]", s.text),
            SegmentSort::Hidden => format!("<{}>", s.really.clone().unwrap_or_default()),
            SegmentSort::LookAlike => format!("{{{}}}", s.really.clone().unwrap_or_default()),
        })
        .collect()
}

fn both(left: &str, right: &str) -> (String, String) {
    (marked(&compare(left, right)), marked(&compare(right, left)))
}

fn pair(left: &str, right: &str) -> (String, String) {
    (left.to_owned(), right.to_owned())
}

#[test]
fn only_what_differs_stands_out() {
    assert_eq!(
        both(
            "CHICAGO COMMONS ASSOCIATION V & J DAY CARE CENTER",
            " V and J Day Care Center"
        ),
        pair(
            "[CHICAGO COMMONS ASSOCIATION] V [&] J DAY CARE CENTER",
            " V [and] J Day Care Center"
        )
    );
    assert_eq!(
        both("1 E 113THK ST ", "1 E 113th Street "),
        pair("1 E 113TH[K] ST ", "1 E 113th St[reet] ")
    );
    assert_eq!(both("7854393", "7853940"), pair("785[4393]", "785[3940]"));
    assert_eq!(both("60628", "60628"), pair("60628", "60628"));
}

#[test]
fn case_and_white_space_recede_and_accents_do_not() {
    assert_eq!(
        both("Chicago\nCommons ", "CHICAGO  COMMONS"),
        pair("Chicago\nCommons ", "CHICAGO  COMMONS")
    );
    assert_eq!(both("José", "Jose"), pair("Jos[é]", "Jos[e]"));
    // One letter, written as one code point and as two: still told apart, never cut inside.
    assert_eq!(marked(&compare("Jose\u{301}", "Jose")), "Jos[e\u{301}]");
}

#[test]
fn a_gap_between_words_is_a_difference_when_nothing_else_is() {
    assert_eq!(
        both("Happy Day Care", "Happy Daycare"),
        pair("Happy Day[ ]Care", "Happy Daycare")
    );
}

#[test]
fn words_that_share_nothing_differ_as_a_whole() {
    assert_eq!(both("Armour", "Chavez"), pair("[Armour]", "[Chavez]"));
    assert_eq!(
        both("Christoferson", "Kristofersen"),
        pair("[Ch]ristofers[o]n", "[K]ristofers[e]n")
    );
    assert_eq!(
        both("312-555-0199", "3125550199"),
        pair("312[-]555[-]0199", "3125550199")
    );
}

#[test]
fn nothing_to_compare_with_marks_nothing() {
    assert_eq!(marked(&compare("Armour", "  ")), "Armour");
    assert!(compare("", "Armour").is_empty());
}

#[test]
fn a_missing_letter_stands_out_where_the_other_value_is_not_beside_it() {
    assert_eq!(marked(&compare("534600", "5346000")), "534600");
    assert_eq!(marked(&compare_alone("534600", "5346000")), "[534600]");
}

#[test]
fn hidden_characters_are_named() {
    assert_eq!(
        marked(&inspect("pay\u{200B}pal")),
        "pay<U+200B ZERO WIDTH SPACE>pal"
    );
    assert_eq!(
        marked(&inspect("\u{202E}gpj.exe")),
        "<U+202E RIGHT-TO-LEFT OVERRIDE>gpj.exe"
    );
    assert_eq!(marked(&inspect("a\u{7}b")), "a<U+0007>b");
    assert_eq!(
        marked(&inspect("x\u{E0041}")),
        "x<U+E0041 TAG LATIN CAPITAL LETTER A>"
    );
    assert_eq!(marked(&inspect("a\u{FE0F}")), "a<U+FE0F VARIATION SELECTOR-16>");
    assert_eq!(
        marked(&inspect("line\u{2028}break")),
        "line<U+2028 LINE SEPARATOR>break"
    );
}

#[test]
fn a_letter_from_another_script_inside_a_word_is_a_look_alike() {
    assert_eq!(
        marked(&inspect("omar@ex\u{430}mple.com")),
        "omar@ex{U+0430 CYRILLIC SMALL LETTER A}mple.com"
    );
    assert_eq!(
        marked(&inspect("ｐaypal")),
        "{U+FF50 FULLWIDTH LATIN SMALL LETTER P}aypal"
    );
    assert_eq!(
        marked(&inspect("Мо\u{63}ква")),
        "Мо{U+0063 LATIN SMALL LETTER C}ква"
    );
    // A whole word of look-alikes, in a text that is otherwise Latin.
    assert_eq!(
        inspect("login at \u{440}\u{430}\u{443}.com")
            .iter()
            .filter(|s| s.sort == SegmentSort::LookAlike)
            .count(),
        3
    );
}

#[test]
fn a_hidden_character_does_not_cover_up_a_look_alike() {
    let segments = inspect("ex\u{200B}\u{430}mple");
    assert!(segments.iter().any(|s| s.sort == SegmentSort::Hidden));
    assert!(segments.iter().any(|s| s.sort == SegmentSort::LookAlike));
}

#[test]
fn genuine_text_in_any_script_passes() {
    for text in [
        "Москва, улица Ленина 5",
        "Кафе «Starbucks» и IT-отдел",
        "東京都千代田区 ABC株式会社",
        "カフェ・ド・パリ",
        "José Müller, Straße 5, naïve café",
        "Ελλάδα",
        "مرحبا بالعالم",
        "می\u{200C}خواهم",
        "क्\u{200D}ष",
        "서울특별시",
        "Iğdır, ışık",
        "👨\u{200D}👩\u{200D}👧 ❤\u{FE0F} 1\u{FE0F}\u{20E3}",
        "5 µm, 10 kΩ, 3 m², Nº 7, 1ª",
        "first line\nsecond\tcolumn\r\nthird",
        "“quoted” – it’s fine…",
        "葛\u{E0100}城市",
    ] {
        let suspicious: Vec<_> = inspect(text)
            .into_iter()
            .filter(|s| s.sort != SegmentSort::Same)
            .collect();
        assert!(suspicious.is_empty(), "{text}: {suspicious:?}");
    }
}

#[test]
fn marks_win_over_differences() {
    assert_eq!(
        marked(&compare("pa\u{443}pal", "stripe")),
        "[pa]{U+0443 CYRILLIC SMALL LETTER U}[pal]"
    );
}

#[test]
fn a_flood_of_hidden_characters_is_one_segment_in_the_end() {
    let flood = "a\u{200B}".repeat(50_000);
    let segments = inspect(&flood);
    assert!(segments.len() < 2_100, "{}", segments.len());
    assert_eq!(
        segments.iter().map(|s| s.text.as_str()).collect::<String>(),
        flood
    );
}

#[test]
fn huge_values_are_compared_quickly() {
    let left = (0..200_000).map(|n| format!("w{n} ")).collect::<String>();
    let right = left.replace('w', "v");
    let joined: String = compare(&left, &right).into_iter().map(|s| s.text).collect();
    assert_eq!(joined, left);
    let unbroken = "x".repeat(2_000_000);
    assert_eq!(compare(&unbroken, "y").len(), 1);
}

#[test]
fn hidden_characters_are_written_out_in_a_line() {
    assert_eq!(escaped("a\u{200B}b\nc"), "a[U+200B]b c");
}

#[test]
fn an_edit_is_shown_word_by_word() {
    let words: Vec<String> = word_diff(
        "Great news! Your booking is now in economy.",
        "Booking JG7FMM is now in economy.",
    )
    .into_iter()
    .map(|c| match c.sort {
        ChangeSort::Kept => c.text,
        ChangeSort::Added => format!("+[{}]", c.text),
        ChangeSort::Removed => format!("-[{}]", c.text),
    })
    .collect();
    assert_eq!(
        words.concat(),
        "-[Great news! Your booking]+[Booking JG7FMM] is now in economy."
    );
    assert!(word_diff("", "").is_empty());
}

#[test]
fn names_become_labels() {
    for (name, expected) in [
        ("site_name", "Site name"),
        ("zip", "ZIP"),
        ("vatId", "VAT ID"),
        ("act_arr_time", "Act arr time"),
        ("email", "E-mail"),
        ("", ""),
    ] {
        assert_eq!(label(name), expected);
    }
}

/// Text that is likely to trip things up.
fn awkward() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ab аоé1\u{200B}\u{202E}\u{FE0F}\u{301} \n-]{0,24}",
        "([a-c]{1,3}[ ]{0,2}){0,12}",
    ]
}

proptest! {
    #[test]
    fn segments_put_together_are_the_text(text in awkward(), other in awkward()) {
        for segments in [inspect(&text), compare(&text, &other), compare_alone(&text, &other)] {
            prop_assert_eq!(segments.iter().map(|s| s.text.as_str()).collect::<String>(), text.clone());
            prop_assert!(segments.iter().all(|s| !s.text.is_empty()));
        }
    }

    #[test]
    fn equal_texts_differ_nowhere(text in awkward()) {
        prop_assert!(compare(&text, &text).iter().all(|s| s.sort != SegmentSort::Differs));
    }

    #[test]
    fn values_that_differ_beyond_case_and_white_space_are_marked_on_one_side(left in "[a-d1-3 ]{1,20}", right in "[a-d1-3 ]{1,20}") {
        let marked = |a: &str, b: &str| compare(a, b).iter().any(|s| s.sort == SegmentSort::Differs);
        prop_assume!(!folded(&left).is_empty() && !folded(&right).is_empty());
        prop_assert_eq!(marked(&left, &right) || marked(&right, &left), folded(&left) != folded(&right));
    }

    #[test]
    fn a_word_diff_gives_back_both_sides(before in awkward(), after in awkward()) {
        let changes = word_diff(&before, &after);
        let side = |left_out: ChangeSort| -> String {
            changes.iter().filter(|c| c.sort != left_out).map(|c| c.text.as_str()).collect()
        };
        prop_assert_eq!(side(ChangeSort::Added), before);
        prop_assert_eq!(side(ChangeSort::Removed), after);
    }

    #[test]
    fn escaped_text_holds_nothing_hidden(text in awkward()) {
        prop_assert!(inspect(&escaped(&text)).iter().all(|s| s.sort != SegmentSort::Hidden));
    }
}
