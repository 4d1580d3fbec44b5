const R = 4.5;
const AROUND = 2 * Math.PI * R;

/** How much of a page a person has decided: a ring that fills. */
export function GoldRing({ share }: { readonly share: number }) {
  return (
    <svg width="13" height="13" viewBox="0 0 13 13" aria-hidden>
      <circle
        cx="6.5"
        cy="6.5"
        r={R}
        fill="none"
        stroke="currentColor"
        strokeOpacity="0.28"
        strokeWidth="2.4"
      />
      <circle
        cx="6.5"
        cy="6.5"
        r={R}
        fill="none"
        stroke="currentColor"
        strokeWidth="2.4"
        strokeDasharray={`${share * AROUND} ${AROUND}`}
        transform="rotate(-90 6.5 6.5)"
      />
    </svg>
  );
}
