use super::*;
use crate::Fr;
use crate::selection::testing::{execs_on, on_every_engine};
use kzg_traits::Fr as _;

/// The product of blst's own Miller loops, one by one.
fn by_blst(pairs: &[(G1, G2)]) -> blst_fp12 {
    // SAFETY: blst returns a pointer to a constant of its own.
    let mut product = unsafe { *blst::blst_fp12_one() };
    for (p, q) in pairs {
        if p.is_identity() || q.is_identity() {
            continue;
        }
        let mut factor = blst_fp12::default();
        // SAFETY: blst reads two affine points, neither of them infinity, in the first call and
        // two field elements in the second. Each call writes one field element.
        unsafe {
            blst::blst_miller_loop(&mut factor, &q.to_affine(), &p.to_affine().0);
            blst::blst_fp12_mul(&mut product, &product, &factor);
        }
    }
    product
}

fn exponentiated(value: &blst_fp12) -> blst_fp12 {
    let mut result = blst_fp12::default();
    // SAFETY: blst reads one field element and writes one.
    unsafe { blst::blst_final_exp(&mut result, value) };
    result
}

/// Run it with `cargo test --release -p kzg-blst print_the_times -- --ignored --nocapture`.
#[test]
#[ignore = "prints the times in docs/engine.md, checks nothing"]
fn print_the_times_of_pairings() {
    let g1 = |k: u64| G1::generator().mul(&Fr::from_u64(k));
    let [two, three] = [2, 3].map(|k| PreparedG2::new(&G2::generator().mul(&Fr::from_u64(k))));
    let pairs = [(g1(3), &two), (-g1(2), &three)];
    on_every_engine(|engine| {
        let time = |name: &str, f: &mut dyn FnMut() -> bool| {
            let best = (0..300).map(|_| {
                let start = std::time::Instant::now();
                assert!(f());
                start.elapsed()
            });
            println!("{engine}, {name}: {:?}", best.min().unwrap());
        };
        let product = miller_loops(&pairs);
        time("two Miller loops", &mut || miller_loops(&pairs) == product);
        time("final exponentiation", &mut || {
            final_exponentiation::is_one(&product)
        });
        time("pairing check", &mut || check(&pairs, &Exec::serial()));
        let points = [g1(0x1234_5678_9abc), G1::generator()];
        let scalar = Fr::from_u64(7).inverse().unwrap();
        let expected = points[0].mul(&scalar) - points[1].mul(&scalar);
        time("sum of two multiples", &mut || {
            let exec = Exec::serial();
            crate::msm::variable_base::msm(&points, &[scalar, -scalar], &exec) == expected
        });
        let encodings = [g1(5).to_bytes(), g1(7).to_bytes()];
        time("decoding of two points, one by one", &mut || {
            encodings.iter().all(|e| G1::from_bytes(e).is_ok())
        });
        let mut out = [const { Err(kzg_traits::PointError::Curve) }; 2];
        time("decoding of two points", &mut || {
            crate::decoding::g1_many(&encodings, &mut out, &Exec::serial());
            out.iter().all(Result::is_ok)
        });
        time("decoding of an opening", &mut || {
            let [commitment, proof] = &encodings;
            let exec = Exec::serial();
            crate::opening::decode([commitment, proof], scalar, -scalar, &exec).is_ok()
        });
        time("rows of the generator", &mut || {
            !kzg_traits::Group::is_identity(&G1::from_affine(
                &crate::msm::generator::rows(scalar)[0],
            ))
        });
        time("eight products of two pairings", &mut || {
            let mut out = [false; LANES];
            let [(a, first), (b, second)] = pairs;
            check_each(&[[a, b]; LANES], [first, second], &mut out, &Exec::serial());
            out == [true; LANES]
        });
        time("preparation of a point of G2", &mut || {
            PreparedG2::new(&G2::generator()).lines.is_some()
        });
    });
}

/// Products that are one and others, with infinity on either side and on both.
#[test]
fn verdicts_on_many_products_equal_those_on_each() {
    let g1 = |k: u64| G1::generator().mul(&Fr::from_u64(k)).double();
    let [two, three] = [2, 3].map(|k| PreparedG2::new(&G2::generator().mul(&Fr::from_u64(k))));
    let infinity = PreparedG2::new(&G2::identity());
    let factors = [
        (3, 2),
        (6, 4),
        (3, 3),
        (0, 0),
        (0, 2),
        (3, 0),
        (9, 6),
        (2, 3),
        (1, 1),
        (12, 8),
        (1500, 1000),
    ];
    let products: Vec<[G1; 2]> = (0..20)
        .map(|i| factors[i * 7 % factors.len()])
        .map(|(a, b)| [g1(a), -g1(b)])
        .collect();
    let sides = [
        [&two, &three],
        [&three, &two],
        [&two, &two],
        [&two, &infinity],
        [&infinity; 2],
    ];
    on_every_engine(|engine| {
        for q in sides {
            let pairs = products.iter().map(|[a, b]| [(*a, q[0]), (*b, q[1])]);
            let expected: Vec<bool> = pairs.map(|pairs| check(&pairs, &Exec::serial())).collect();
            for exec in execs_on(engine, 2) {
                for count in 0..=products.len() {
                    let mut out = vec![count % 2 == 0; count];
                    check_each(&products[..count], q, &mut out, &exec);
                    assert_eq!(out, expected[..count], "{engine}, {count} products");
                }
            }
        }
    });
}

/// Eight products, each kind in each lane: all the same, all different, and one different from the
/// others. The kinds have infinity, opposite points, and several coordinates of one point.
#[test]
fn the_verdict_of_a_lane_depends_on_its_product_alone() {
    let g1 = |k: u64| G1::generator().mul(&Fr::from_u64(k));
    let [two, three] = [2, 3].map(|k| PreparedG2::new(&G2::generator().mul(&Fr::from_u64(k))));
    let infinity = G1::identity();
    let kinds: [([G1; 2], bool); LANES] = [
        ([g1(3), -g1(2)], true),
        ([g1(3), g1(2)], false),
        ([-g1(3), g1(2)], true),
        ([g1(5) - g1(5), -g1(2)], false),
        ([g1(2) + g1(1), g1(5) - g1(7)], true),
        ([g1(3), infinity], false),
        ([g1(7) - g1(7), infinity], true),
        ([-g1(2), g1(2)], false),
    ];
    let mut lists = Vec::new();
    for rotation in 0..LANES {
        lists.push([rotation; LANES]);
        lists.push(core::array::from_fn(|lane| (lane + rotation) % LANES));
        for (common, other) in [(0, 1), (1, 0), (0, 3), (3, 6), (6, 7)] {
            let mut list = [common; LANES];
            list[rotation] = other;
            lists.push(list);
        }
    }
    on_every_engine(|engine| {
        for list in &lists {
            let mut out = [false; LANES];
            let products = list.map(|kind| kinds[kind].0);
            check_each(&products, [&two, &three], &mut out, &Exec::serial());
            assert_eq!(out, list.map(|kind| kinds[kind].1), "{engine}, {list:?}");
        }
    });
}

#[test]
fn shared_loops_equal_the_product_of_single_loops() {
    let g1 = |k: u64| G1::generator().mul(&Fr::from_u64(k));
    let g2 = |k: u64| G2::generator().mul(&Fr::from_u64(k));
    let all = [
        (g1(1), g2(1)),
        (g1(0x1234_5678_9abc), g2(7)),
        (g1(0), g2(5)),
        (g1(5), g2(0)),
        (-g1(1), g2(1)),
        (g1(3), g2(4)),
        (g1(6), g2(2)),
        (g1(9), g2(8)),
    ];
    on_every_engine(|engine| {
        for start in 0..all.len() {
            for len in 0..=PAIRS_AT_ONCE.min(all.len() - start) {
                let pairs = &all[start..start + len];
                let prepared: Vec<PreparedG2> =
                    pairs.iter().map(|(_, q)| PreparedG2::new(q)).collect();
                let prepared: Vec<(G1, &PreparedG2)> = pairs
                    .iter()
                    .zip(&prepared)
                    .map(|((p, _), q)| (*p, q))
                    .collect();
                let shared = exponentiated(&miller_loops(&prepared));
                let expected = exponentiated(&by_blst(pairs));
                assert_eq!(shared, expected, "{engine}, {len} pairs from {start}");
            }
        }
    });
}
