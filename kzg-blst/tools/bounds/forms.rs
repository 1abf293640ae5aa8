//! The lane arithmetic of the base field on polynomials of the inputs, in units of `p`.
//!
//! A value is a polynomial with integer coefficients in variables that have ranges: linear for an element,
//! quadratic for a product that is not reduced. Sums and differences are exact, so that what cancels out in
//! Karatsuba's formulas cancels out here. A reduction begins a new variable. Beside the value, each element
//! and each product has one range that contains all of its limbs or columns. All columns of a product are
//! treated alike, so one stands for all.
//!
//! The functions assert what the documentation of the library requires from their arguments. They assume
//! what `main.rs` proves for such arguments, and that the library's functions compute what they say.

#![allow(non_camel_case_types)]

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::blst::blst_fp;
use crate::ratio::R;

/// Two variables, the smaller one first. Variable 0 is the number one.
type Monomial = (usize, usize);

/// A polynomial of degree two at most.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Form(BTreeMap<Monomial, i64>);

/// The origin of a variable: an input of the function, or the result of a reduction.
#[derive(Clone)]
enum Origin {
    Input,
    /// The quotient of a form by 2^384, modulo `p`.
    Divided(Form),
    /// A form modulo `p`.
    Reduced(Form),
}

#[derive(Default)]
struct Arena {
    forms: Vec<Form>,
    variables: Vec<(f64, f64, Origin)>,
}

thread_local! {
    static ARENA: RefCell<Arena> = RefCell::new(Arena {
        forms: Vec::new(),
        variables: vec![(1.0, 1.0, Origin::Input)],
    });
}

/// Larger than all errors of the floating point arithmetic here.
const SLACK: f64 = 1e-9;

impl Form {
    pub fn one() -> Self {
        Self(BTreeMap::from([((0, 0), 1)]))
    }

    /// `self + factor·other`
    pub fn plus_multiple(&self, other: &Self, factor: i64) -> Self {
        let mut sum = self.clone();
        for (&monomial, coefficient) in &other.0 {
            let entry = sum.0.entry(monomial).or_default();
            *entry += factor * coefficient;
            if *entry == 0 {
                sum.0.remove(&monomial);
            }
        }
        sum
    }

    /// The product of linear forms.
    pub fn times(&self, other: &Self) -> Self {
        let mut product = Self::default();
        for (&(none, a), x) in &self.0 {
            assert_eq!(none, 0, "a factor is not linear");
            for (&(none, b), y) in &other.0 {
                assert_eq!(none, 0, "a factor is not linear");
                let term = Self(BTreeMap::from([((a.min(b), a.max(b)), 1)]));
                product = product.plus_multiple(&term, x * y);
            }
        }
        product
    }

    /// The least and the largest value.
    fn range(&self) -> (f64, f64) {
        let of = |variable: usize| {
            ARENA.with_borrow(|arena| {
                let (low, high, _) = arena.variables[variable];
                (low, high)
            })
        };
        let (mut low, mut high) = (-SLACK, SLACK);
        for (&(a, b), &coefficient) in &self.0 {
            let ((a_low, a_high), (b_low, b_high)) = (of(a), of(b));
            let corners = [
                a_low * b_low,
                a_low * b_high,
                a_high * b_low,
                a_high * b_high,
            ];
            let corners = corners.map(|corner| corner * coefficient as f64);
            low += corners.into_iter().fold(f64::INFINITY, f64::min);
            high += corners.into_iter().fold(f64::NEG_INFINITY, f64::max);
        }
        (low, high)
    }

    /// The polynomial in the inputs that this linear form stands for, modulo `p`: products are divided by
    /// 2^384, as they are in Montgomery form.
    fn meaning(&self) -> Self {
        let mut meaning = Self::default();
        for (&(_, variable), &coefficient) in &self.0 {
            // A constant is a multiple of p.
            if variable == 0 {
                continue;
            }
            let origin = ARENA.with_borrow(|arena| arena.variables[variable].2.clone());
            let part = match origin {
                Origin::Input => Self(BTreeMap::from([((0, variable), 1)])),
                Origin::Reduced(form) => form.meaning(),
                // A term with a constant is a multiple of p.
                Origin::Divided(Form(terms)) => {
                    Self(terms.into_iter().filter(|((a, _), _)| *a > 0).collect())
                }
            };
            meaning = meaning.plus_multiple(&part, coefficient);
        }
        meaning
    }

    fn store(self) -> usize {
        ARENA.with_borrow_mut(|arena| {
            arena.forms.push(self);
            arena.forms.len() - 1
        })
    }
}

/// A value and the range of its limbs or columns.
#[derive(Clone, Copy)]
struct Bounded {
    form: usize,
    low: i128,
    high: i128,
}

impl Bounded {
    #[track_caller]
    fn new(form: Form, low: i128, high: i128) -> Self {
        assert!(
            low >= -(1 << 63) && high < 1 << 63,
            "{low}..={high} leaves 64 bits"
        );
        let form = form.store();
        Self { form, low, high }
    }

    fn form(&self) -> Form {
        ARENA.with_borrow(|arena| arena.forms[self.form].clone())
    }

    #[track_caller]
    fn plus(&self, b: &Self) -> Self {
        let sum = self.form().plus_multiple(&b.form(), 1);
        Self::new(sum, self.low + b.low, self.high + b.high)
    }

    #[track_caller]
    fn minus(&self, b: &Self) -> Self {
        let difference = self.form().plus_multiple(&b.form(), -1);
        Self::new(difference, self.low - b.high, self.high - b.low)
    }
}

/// One column of a product.
#[derive(Clone, Copy)]
pub struct __m512i(Bounded);

pub fn _mm512_setzero_si512() -> __m512i {
    __m512i(Bounded::new(Form::default(), 0, 0))
}

#[track_caller]
pub fn _mm512_add_epi64(a: __m512i, b: __m512i) -> __m512i {
    __m512i(a.0.plus(&b.0))
}

#[track_caller]
pub fn _mm512_sub_epi64(a: __m512i, b: __m512i) -> __m512i {
    __m512i(a.0.minus(&b.0))
}

/// One column stands for all.
pub const COLUMNS: usize = 1;

#[derive(Clone, Copy)]
pub struct Wide(pub [__m512i; COLUMNS]);

impl Wide {
    #[track_caller]
    pub fn divided(&self) -> Lanes {
        let [__m512i(column)] = self.0;
        assert!(
            column.low > -(1 << 62) && column.high < 1 << 62,
            "columns of {}..={}",
            column.low,
            column.high
        );
        let form = column.form();
        let (low, high) = form.range();
        let quotient = variable(
            low.min(0.0) / R,
            high.max(0.0) / R + 1.0,
            Origin::Divided(form),
        );
        let more = 1 << 57;
        Lanes(Bounded::new(
            quotient,
            column.low - more,
            column.high + more,
        ))
    }
}

pub type LaneMask = u8;

#[derive(Clone, Copy)]
pub struct Lanes(Bounded);

fn variable(low: f64, high: f64, origin: Origin) -> Form {
    ARENA.with_borrow_mut(|arena| {
        arena.variables.push((low, high, origin));
        Form(BTreeMap::from([((0, arena.variables.len() - 1), 1)]))
    })
}

impl Lanes {
    /// Limbs below 2^48, for a value from zero to `high`.
    #[track_caller]
    fn normal(high: f64, origin: Origin) -> Self {
        assert!(high < R - SLACK, "{high}p has more than 384 bits");
        Self(Bounded::new(variable(0.0, high, origin), 0, (1 << 48) - 1))
    }

    /// A new element with limbs below 2^48 and a value from zero to `high`.
    pub fn input(high: f64) -> Self {
        Self::normal(high, Origin::Input)
    }

    pub fn meaning(&self) -> Form {
        self.0.form().meaning()
    }

    #[track_caller]
    pub fn require(&self, bits: u32, low: f64, high: f64) {
        let (least, largest) = self.0.form().range();
        assert!(
            least >= low - 2.0 * SLACK && largest <= high + 2.0 * SLACK,
            "a value from {least} to {largest}, not from {low} to {high}"
        );
        let limbs = (self.0.low, self.0.high);
        assert!(
            limbs.0 >= 0 && limbs.1 < 1 << bits,
            "limbs of {limbs:?}, not of {bits} bits"
        );
    }

    /// As [`require`](Self::require), for limbs so small that a carry reads them.
    #[track_caller]
    fn require_value(&self, low: f64, high: f64) {
        let most = (1 << 63) - (1 << 53);
        assert!(
            self.0.low > -most && self.0.high < most,
            "limbs of {}..={}",
            self.0.low,
            self.0.high
        );
        Self(Bounded {
            low: 0,
            high: 0,
            ..self.0
        })
        .require(0, low, high);
    }

    pub fn zero() -> Self {
        Self(Bounded::new(Form::default(), 0, 0))
    }

    pub fn read<'a>(_: impl Fn(usize) -> &'a blst_fp) -> Self {
        Self::input(1.0)
    }

    #[track_caller]
    pub fn plus(&self, b: &Self) -> Self {
        Self(self.0.plus(&b.0))
    }

    #[track_caller]
    pub fn minus(&self, b: &Self) -> Self {
        Self(self.0.minus(&b.0))
    }

    #[track_caller]
    pub fn subtract(&self, b: &Self) -> Self {
        b.require(48, 0.0, 1.9);
        let difference = self.0.form().plus_multiple(&b.0.form(), -1);
        let raised = difference.plus_multiple(&Form::one(), 2);
        Self(Bounded::new(raised, self.0.low, self.0.high + (1 << 49)))
    }

    #[track_caller]
    pub fn wide_product(&self, b: &Self) -> Wide {
        // Limbs are bounded, and the value only by them.
        self.require(50, 0.0, 4.0 * R);
        b.require(50, 0.0, 4.0 * R);
        let product = self.0.form().times(&b.0.form());
        let most = 8 * ((1 << 52) + (1 << 48));
        Wide([__m512i(Bounded::new(product, 0, most - 1))])
    }

    #[track_caller]
    pub fn multiply(&self, b: &Self) -> Self {
        self.require(52, 0.0, 6.0);
        b.require(48, 0.0, 3.0);
        let product = self.0.form().times(&b.0.form());
        let high = self.0.form().range().1 * b.0.form().range().1;
        Self::normal(high / R + 1.0, Origin::Divided(product))
    }

    #[track_caller]
    pub fn square(&self) -> Self {
        self.require(48, 0.0, 3.0);
        self.multiply(self)
    }

    #[track_caller]
    pub fn normalize(&self) -> Self {
        self.require_value(0.0, 9.0);
        Self(Bounded::new(self.0.form(), 0, (1 << 48) - 1))
    }

    #[track_caller]
    pub fn reduced_wide(&self) -> Self {
        self.require_value(-6.0, 10.0 - 1e-3);
        Self::normal(1.1 + SLACK, Origin::Reduced(self.0.form()))
    }

    #[track_caller]
    pub fn canonical(&self) -> Self {
        self.require_value(0.0, 4.0 - 1e-3);
        Self::normal(1.0, Origin::Reduced(self.0.form()))
    }

    #[track_caller]
    pub fn canonical_difference(&self, b: &Self) -> Self {
        let difference = self.minus(b);
        difference.require_value(-2.0, 2.0 - 1e-3);
        Self::normal(1.0, Origin::Reduced(difference.0.form()))
    }

    /// Only canonical elements may be compared with zero.
    #[track_caller]
    pub fn zeros(&self) -> LaneMask {
        self.require(48, 0.0, 1.0);
        0
    }

    #[track_caller]
    pub fn elements(&self) -> [Element; 8] {
        self.require(48, 0.0, 1.0);
        [Element; 8]
    }
}

#[derive(Clone, Copy)]
pub struct Element;

impl Element {
    pub fn write(self, _: &mut blst_fp) {}
}
