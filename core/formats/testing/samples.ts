/** A small PAGE-XML file as OCR-D writes them: nested regions, a reading order, words, a line without words. */
export const PAGE_XML_SAMPLE = `<?xml version="1.0" encoding="UTF-8"?>
<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15">
  <Metadata><Creator>test</Creator></Metadata>
  <Page imageFilename="scan.png" imageWidth="1000" imageHeight="2000">
    <ReadingOrder><OrderedGroup id="ro">
      <RegionRefIndexed index="1" regionRef="r1"/><RegionRefIndexed index="0" regionRef="r2"/>
    </OrderedGroup></ReadingOrder>
    <TextRegion id="r1" type="paragraph"><Coords points="100,400 900,400 900,600 100,600"/>
      <TextLine id="l1"><Coords points="100,400 500,400 500,440 100,440"/>
        <Word id="w1"><Coords points="100,400 280,400 280,440 100,440"/>
          <TextEquiv index="1"><Unicode>wrong</Unicode></TextEquiv>
          <TextEquiv index="0" conf="0.75"><Unicode>right</Unicode></TextEquiv></Word>
        <Word id="w2"><Coords points="300,400 500,400 500,440 300,440"/>
          <TextEquiv><Unicode>w&#246;rd &amp; more</Unicode></TextEquiv></Word>
      </TextLine>
      <TextLine id="l2"><Coords points="100,450 500,450 500,490 100,490"/>
        <TextEquiv><Unicode>no words here</Unicode></TextEquiv></TextLine>
    </TextRegion>
    <TextRegion id="r2" type="heading"><Coords points="100,100 900,100 900,160 100,160"/>
      <TextLine id="l3"><Coords points="100,100 400,100 400,160 100,160"/>
        <Word id="w3"><Coords points="100,100 400,100 400,160 100,160"/>
          <TextEquiv><Unicode>Title</Unicode></TextEquiv></Word>
      </TextLine>
    </TextRegion>
  </Page>
</PcGts>
`;
