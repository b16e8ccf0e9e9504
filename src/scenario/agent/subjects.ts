/**
 * What the invented documents are about. `{3-9}` stands for a number of that range; that of a figure such as
 * `Net revenue|$18-96 million` is drawn for a period and for the one before.
 */
export interface Subject {
  /** Prompts and file names that belong to it. */
  readonly about: RegExp;
  readonly indexNames: readonly string[];
  readonly files: readonly string[];
  readonly figures: readonly string[];
  readonly groups: readonly string[];
  readonly causes: readonly string[];
  readonly statements: readonly string[];
}

/** The topics that generated answers are about. */
export const subjects: readonly Subject[] = [
  {
    about:
      /\b(?:revenue|sales|margin|profit|budget|forecast|earning|financ|q[1-4]|quarter|annual|board|invest|cash|cost)/gi,
    indexNames: list('Board reports; Finance archive; Investor relations'),
    files: list(`
      q{1-4}-board-report.pdf; annual-report-{2022-2025}.pdf; budget-forecast-{2025-2026}.xlsx;
      investor-update.pptx; cash-flow-review.docx
    `),
    figures: list(`
      Net revenue|$18-96 million; Gross margin|41-74 %; Operating cost|$6-38 million; Free cash flow|$2-19 million
    `),
    groups: list('EMEA; North America; the enterprise segment; the partner channel'),
    causes: list('the new price list; the mix of partner deals; two large renewals; the hosting migration'),
    statements: list(`
      The board approved {2-9} investments above {1-4} million dollars each; The full-year guidance was confirmed
      within a range of {2-5} percent; The audit closed with {2-6} minor observations and no material weakness; The
      hiring plan was reduced by {8-40} positions to protect the margin
    `),
  },
  {
    about: /\b(?:churn|customer|retention|renewal|support|ticket|nps|onboarding|feedback|satisf)/gi,
    indexNames: list('Customer success; Support knowledge base; Voice of the customer'),
    files: list(`
      churn-analysis-{2023-2025}.pdf; nps-survey-results.xlsx; onboarding-playbook.docx;
      support-escalations-q{1-4}.pdf
    `),
    figures: list(`
      Annual churn|3-14 %; Net retention|81-118 %; Time to first value|9-41 days; Ticket backlog|140-980 tickets
    `),
    groups: list('small business accounts; the mid-market; self-service plans; strategic accounts'),
    causes: list(`
      the guided onboarding; integrations named in exit interviews; the escalation rota; changes in account
      ownership
    `),
    statements: list(`
      The exit interviews name missing integrations in {21-48} of {60-90} cases; The playbook asks for a health
      review every {30-90} days; Customers with fewer than {3-8} active users renew markedly less often; The support
      team agreed on a reply within {2-8} hours for critical tickets
    `),
  },
  {
    about: /\b(?:risk|complian|audit|control|gdpr|privacy|security|incident|iso|soc2|vulnerab|threat)/gi,
    indexNames: list('Risk and compliance; Security evidence; Audit room'),
    files: list(`
      risk-register-{2024-2025}.xlsx; soc2-type2-report.pdf; incident-postmortems.pdf;
      data-protection-impact-assessment.docx; vendor-risk-review.pdf
    `),
    figures: list(`
      Open high risks|4-31 items; Mean time to contain|3-29 hours; Overdue controls|5-26 controls; Patching within
      target|71-97 %
    `),
    groups: list('the payment platform; third-party vendors; the data warehouse; production access'),
    causes: list(`
      the quarterly review with system owners; the evidence two vendors sent; short-lived credentials; the state of
      the inventory
    `),
    statements: list(`
      The register lists {5-12} risks without a named owner; The auditors sampled {25-60} access changes and found
      {2-5} exceptions; The incident plan must be rehearsed every {3-12} months; The assessment limits retention of
      raw logs to {30-180} days
    `),
  },
  {
    about:
      /\b(?:contract|agreement|clause|legal|terminat|liabil|ndas?\b|licen[cs]e|vendor|supplier|msa|slas?\b|warrant)/gi,
    indexNames: list('Contracts; Legal library; Vendor agreements'),
    files: list(`
      master-services-agreement.pdf; data-processing-addendum.pdf; order-form-{1001-1099}.pdf;
      nda-template-v{2-6}.docx; sla-appendix-b.pdf
    `),
    figures: list(`
      Contract value|$120-940 thousand; Service credits|2-9 %; Negotiation time|18-64 days; Contracts under
      review|12-88 contracts
    `),
    groups: list('hosting vendors; reseller agreements; public sector customers; agreements under German law'),
    causes: list(`
      the new clause library; redlines to the liability cap; the revised data transfer terms; the workload in
      procurement
    `),
    statements: list(`
      Either party may terminate for convenience with {30-120} days of written notice; The liability cap is set at
      {6-24} months of fees; Invoices are due within {14-60} days and bear interest of {2-8} percent after that; The
      term renews for {12-36} months unless notice is given {30-90} days before it ends
    `),
  },
  {
    about:
      /\b(?:engineer|platform|spec|api|architect|latency|deploy|system|design|software|code|load|release|migrat|database|perform)/gi,
    indexNames: list('Engineering specs; Platform handbook; Design documents'),
    files: list(`
      system-architecture-v{2-7}.pdf; api-specification.md; load-test-report-{2024-2025}.pdf;
      migration-runbook.docx; release-notes-{11-39}.md
    `),
    figures: list(`
      P95 latency|120-780 ms; Error budget used|18-92 %; Build time|6-34 minutes; Peak throughput|900-7200 requests
      per second
    `),
    groups: list('the ingestion service; the search cluster; the public API; nightly batch jobs'),
    causes: list(`
      the second read replica; the size of the connection pools; caching of parsed pages; the retry policy
    `),
    statements: list(`
      The runbook allows a rollback within {5-30} minutes of a release; The gateway rejects bodies larger than
      {8-64} MB; The load test stopped at {200-900} concurrent users because of queue growth; The design keeps {2-5}
      replicas in separate zones
    `),
  },
  {
    about:
      /\b(?:hr\b|people|talent|employee|hiring|leave|benefit|vacation|holiday|remote|salary|training|onboard|handbook|team)/gi,
    indexNames: list('People handbook; HR policies; Talent reports'),
    files: list(`
      employee-handbook-{2024-2025}.pdf; parental-leave-policy.docx; remote-work-guideline.pdf;
      engagement-survey-{2023-2025}.pdf; salary-bands.xlsx
    `),
    figures: list(`
      Voluntary turnover|5-17 %; Time to hire|24-71 days; Engagement score|58-86 points; Training per person|7-39
      hours
    `),
    groups: list('engineering roles; first-line managers; the Lisbon office; new hires'),
    causes: list('the structured interviews; published salary bands; the relocation budget; the working hours policy'),
    statements: list(`
      Employees accrue {24-32} days of paid leave a year and may carry over {3-10}; Parental leave is paid for
      {12-26} weeks regardless of role; Remote work from abroad is limited to {20-60} days and needs approval;
      Performance reviews take place every {3-12} months and include peer feedback
    `),
  },
  {
    about: /\b(?:clinic|trial|patient|dose|adverse|drug|study|medic|health|therap|safety|efficacy|protocol)/gi,
    indexNames: list('Clinical studies; Trial master file; Medical affairs'),
    files: list(`
      study-protocol-amendment-{2-6}.pdf; clinical-study-report.pdf; adverse-events-listing.xlsx;
      statistical-analysis-plan.pdf
    `),
    figures: list(`
      Response rate|34-71 %; Dropout rate|4-19 %; Time to response|3-15 weeks; Protocol deviations|6-47 deviations
    `),
    groups: list('the low-dose arm; the high-dose arm; patients over 65; sites in Spain'),
    causes: list('the visit schedule; the inclusion criteria; the supply of study drug; training of site coordinators'),
    statements: list(`
      The most frequent adverse event was mild headache, seen in {6-18} percent of patients; The protocol requires a
      follow-up visit {14-90} days after the last dose; Dosing is paused when liver values exceed {2-5} times the
      upper limit; The interim analysis takes place after {60-200} evaluable patients
    `),
  },
];

function list(text: string): readonly string[] {
  return text.trim().replace(/\s+/g, ' ').split('; ');
}
